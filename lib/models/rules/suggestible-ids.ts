import { knownModel } from "./known-models";
import { alwaysRefused } from "./known-refusals";
import { isRetiredByRow } from "./suggestible";

/**
 * Whether a model may be suggested by its ID: no document says that it is retired or refuses the
 * runtime.
 */
export function isSuggestibleId(provider: string, modelId: string, now: number): boolean {
  const known = knownModel(provider, modelId);
  if (known && isRetiredByRow(known, now)) return false;
  return alwaysRefused(provider, modelId).length === 0;
}
