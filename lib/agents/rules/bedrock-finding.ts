import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatUtcMinute } from "@/lib/format";
import { type BedrockIdProblem, judgeBedrockId } from "@/lib/providers/rules/bedrock-id";

const codes: Partial<Record<BedrockIdProblem, Finding["code"]>> = {
  needs_profile: "bedrock_base_model_id",
  foreign_geography: "bedrock_region_mismatch",
  foreign_region: "bedrock_region_mismatch",
  unknown: "bedrock_profile_unknown",
};

/**
 * Checks a registered Bedrock model ID against the list of the runtime's region; null if it's valid
 * or the list is unknown.
 * @param pk of the model's row: the subject, used or not
 */
export function bedrockFinding(
  pk: string,
  modelId: string,
  catalog: BedrockCatalog | null,
): Finding | null {
  const { problem, checked, sentence, corrections } = judgeBedrockId(modelId, catalog);
  const code = problem && checked ? codes[problem] : undefined;
  if (!code || !catalog) return null;
  const [best] = corrections;
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
