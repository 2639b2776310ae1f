import { formatProviderName } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

export type ModelLabels = {
  /** The display name, or the model ID if it isn't registered. */
  name: string;
  provider: string;
  modelId: string;
  record: ModelRecord | null;
};

/** Names for a pk, registered or not. */
export function modelLabels(pk: string, models: readonly ModelRecord[]): ModelLabels {
  const record = models.find((model) => model.pk === pk) ?? null;
  const isShared =
    record !== null &&
    models.some((other) => other.pk !== pk && other.display_name === record.display_name);
  const split = pk.indexOf("#");
  const modelId = pk.slice(split + 1);
  return {
    name: isShared ? `${record.display_name} (${pk})` : (record?.display_name ?? modelId),
    provider: formatProviderName(pk.slice(0, split)),
    modelId,
    record,
  };
}
