import type { ModelRecord } from "@/lib/models/schema";

/** Whether a day is past. @param now milliseconds since 1970 */
export const isPastDay = (day: string | null, now: number): boolean =>
  day !== null && Date.parse(day) <= now;

/** Whether its row says that the provider has retired the model. */
export function isRetiredByRow(
  { lifecycle, retires_on }: Pick<ModelRecord, "lifecycle" | "retires_on">,
  now: number,
): boolean {
  return lifecycle === "retired" || isPastDay(retires_on, now);
}

/** Why a model isn't suggested, by its record; null if it may be. */
export function unsuitableBecause(
  model: Pick<ModelRecord, "is_active" | "lifecycle" | "retires_on" | "runtime_callable">,
  now: number,
): string | null {
  if (!model.is_active) return "inactive";
  if (isRetiredByRow(model, now)) return "retired by its provider";
  return model.runtime_callable === false ? "the runtime can't call it" : null;
}
