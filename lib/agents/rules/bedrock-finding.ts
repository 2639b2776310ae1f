import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatUtcMinute } from "@/lib/format";
import { isSuggestibleId } from "@/lib/models/rules/suggestible-ids";
import { type BedrockIdProblem, judgeBedrockId } from "@/lib/providers/rules/bedrock-id";
import { type AgentRun, isFollowed } from "./agent-run";

const codes: Partial<Record<BedrockIdProblem, Finding["code"]>> = {
  needs_profile: "bedrock_base_model_id",
  foreign_geography: "bedrock_region_mismatch",
  foreign_region: "bedrock_region_mismatch",
  unknown: "bedrock_profile_unknown",
};

/**
 * Whether Bedrock is certain to refuse an ID with this finding. An unlisted ID may be valid in a
 * region other than the assumed one; a geography that isn't offered is never valid.
 */
export function refusesId(code: Finding["code"], run: AgentRun): boolean {
  return code === "bedrock_region_mismatch" || isFollowed(run);
}

/**
 * Whether the runtime's caller can reach a Bedrock model with this ID: the caller doesn't encode it
 * in the URL.
 */
export const isInAddress = (model_id: string): boolean => !model_id.includes("/");

/**
 * Checks a registered Bedrock model ID against the list of the runtime's region; null if it's valid
 * or the list is unknown.
 * @param pk of the model's row, which is the subject of the finding
 */
export function bedrockFinding(
  pk: string,
  modelId: string,
  catalog: BedrockCatalog | null,
): Finding | null {
  const { problem, checked, sentence, corrections } = judgeBedrockId(modelId, catalog);
  const code = problem && checked ? codes[problem] : undefined;
  if (!code || !catalog) return null;
  const best = corrections.find((id) => isSuggestibleId("bedrock", id, Date.now()));
  return {
    code,
    severity: "error",
    subject: { kind: "model", id: pk },
    title: `${modelId} cannot be called from ${catalog.region}`,
    evidence: `${sentence} Listed by AWS at ${formatUtcMinute(catalog.as_of)}.`,
    fix: best
      ? `Use ${best} instead.`
      : `Choose a model or an inference profile that ${catalog.region} lists.`,
  };
}
