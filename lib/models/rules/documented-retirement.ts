import type { Finding } from "@/lib/findings/schema";
import { formatDay } from "@/lib/format";
import { latestProof, type ModelEvidence } from "./evidence";
import { knownModel, knownModelsAsOf } from "./known-models";
import { isRetiredByRow } from "./suggestible";

/**
 * A warning that the provider's documentation retires a model whose row and list don't say so; null
 * if a test or the provider's own list shows that it still answers.
 * @param now milliseconds since 1970
 */
export function documentedRetirement(model: ModelEvidence, now: number): Finding | null {
  const known = knownModel(model.provider_id, model.model_id);
  if (!known) return null;
  const { retires_on, source } = known;
  if (!isRetiredByRow(known, now)) return null;
  if (latestProof(model)?.outcome === "ok") return null;
  if (model.listing?.models.some(({ model_id }) => model_id === model.model_id)) return null;
  const since = retires_on === null ? "" : ` since ${formatDay(retires_on)}`;
  return {
    code: "model_retired",
    severity: "warning",
    subject: { kind: "model", id: model.pk },
    title: `${model.display_name} is documented as retired${since}`,
    evidence: `Read on ${formatDay(knownModelsAsOf)} at ${source.at(-1)}. It was never tested here.`,
    fix: "Choose another model, or test this one.",
  };
}
