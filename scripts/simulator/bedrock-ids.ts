import { catalogRegion, foundationModels, inferenceProfiles } from "../embedded/bedrock/catalog";
import rules from "./bedrock-models.json" with { type: "json" };

const PROFILE = /^(us-gov|us|eu|apac|global|jp|au|ca)\.(.+)$/;
const BASE_ID = /^[a-z0-9-]+\.[a-z0-9][a-z0-9.-]*(:\d+)?(:\d+k)?$/i;
const PROFILE_ONLY = rules.profile_only.map((pattern) => new RegExp(pattern));

/**
 * The failure code that Bedrock in this region has for a model id, or null if it would run. In
 * the catalog's region it agrees with what the local control plane lists there.
 */
export function bedrockIdFault(modelId: string, region: string): string | null {
  const arn = /^arn:aws[^:]*:bedrock:([^:]*):[^:]*:([^/]+)\/(.+)$/.exec(modelId);
  if (arn) {
    const [, arnRegion, kind, id] = arn;
    if (arnRegion !== region) return "unknown_model";
    const named = kind === "foundation-model" || kind === "inference-profile";
    return named && id ? bedrockIdFault(id, region) : null;
  }
  const [, geography, base] = PROFILE.exec(modelId) ?? [];
  if (geography && base && region === catalogRegion) {
    const isListed = inferenceProfiles.some((each) => each.inferenceProfileId === modelId);
    return isListed ? null : "unknown_model";
  }
  if (geography && base) {
    const offered = geographiesOf(region).includes(geography);
    return offered && BASE_ID.test(base) ? null : "unknown_model";
  }
  if (!BASE_ID.test(modelId)) return "unknown_model";
  const listed = foundationModels.find((each) => each.modelId === modelId);
  if (listed && region === catalogRegion)
    return listed.inferenceTypesSupported.includes("ON_DEMAND") ? null : "needs_inference_profile";
  return PROFILE_ONLY.some((pattern) => pattern.test(modelId)) ? "needs_inference_profile" : null;
}

/** The region in a Bedrock Runtime host name; eu-west-1 (the local stand-in's) for any other. */
export function regionOfUpstream(upstream: string): string {
  return (
    /bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(new URL(upstream).host)?.[1] ?? "eu-west-1"
  );
}

function geographiesOf(region: string): string[] {
  const match = Object.entries(rules.geographies).find(([prefix]) => region.startsWith(prefix));
  return match?.[1] ?? ["global"];
}
