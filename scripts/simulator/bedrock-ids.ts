import { catalogRegion, foundationModels, inferenceProfiles } from "../embedded/bedrock/catalog";
import rules from "./bedrock-models.json" with { type: "json" };
import { modelIdFailure } from "./sample-models";

const profileId = /^(us-gov|us|eu|apac|global|jp|au|ca)\.(.+)$/;
const profileOnlyPatterns = rules.profile_only.map((pattern) => new RegExp(pattern));

/**
 * The failure code of Bedrock in this region for a model id, or null if the model can be called. In
 * the catalog's region it agrees with the lists of the local control plane.
 */
export function bedrockIdFailure(modelId: string, region: string): string | null {
  const arn = /^arn:aws[\w-]*:bedrock:([\w-]*):\d*:([\w-]+)\/(.+)$/.exec(modelId);
  if (arn) {
    const [, arnRegion, kind, id] = arn;
    if (arnRegion !== region) return "unknown_model";
    // Provisioned, imported and custom models and the account's own profiles aren't in the table.
    const isNamed = kind === "foundation-model" || kind === "inference-profile";
    return isNamed && id ? bedrockIdFailure(id, region) : null;
  }
  const [, geography, base] = profileId.exec(modelId) ?? [];
  if (geography && base && !isOffered(modelId, geography, region)) return "unknown_model";
  const failure = modelIdFailure("bedrock", modelId);
  if (failure || geography) return failure;
  const listed = foundationModels.find((model) => model.modelId === modelId);
  if (listed && region === catalogRegion)
    return listed.inferenceTypesSupported.includes("ON_DEMAND") ? null : "needs_inference_profile";
  return profileOnlyPatterns.some((pattern) => pattern.test(modelId))
    ? "needs_inference_profile"
    : null;
}

/** Whether a region has an inference profile; outside the catalog's region, one of its geographies. */
function isOffered(profile: string, geography: string, region: string): boolean {
  if (region !== catalogRegion) return geographiesOf(region).includes(geography);
  return inferenceProfiles.some(({ inferenceProfileId }) => inferenceProfileId === profile);
}

/** The region in a Bedrock Runtime host name; for any other host the stand-in's, eu-west-1. */
export function regionOfUpstream(upstream: string): string {
  return (
    /bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(new URL(upstream).host)?.[1] ?? "eu-west-1"
  );
}

function geographiesOf(region: string): string[] {
  const match = Object.entries(rules.geographies).find(([prefix]) => region.startsWith(prefix));
  return match?.[1] ?? ["global"];
}
