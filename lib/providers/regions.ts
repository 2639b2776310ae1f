/**
 * Which regions offer the inference profiles of a geography, by the region's first letters (AWS:
 * "Supported Regions and models for inference profiles"). `us` profiles serve Canada too.
 */
const regionsOf: Record<string, RegExp> = {
  us: /^(us-(?!gov-)|ca-)/,
  "us-gov": /^us-gov-/,
  eu: /^eu-/,
  apac: /^ap-/,
  jp: /^ap-northeast-/,
  au: /^ap-southeast-/,
  ca: /^ca-/,
};

/** Whether a Bedrock model id is an inference profile of a geography that this region does not offer. */
export function isForeignProfile(modelId: string, region: string): boolean {
  const geography = /^([a-z]+(?:-gov)?)\./.exec(modelId)?.[1];
  const regions = geography === undefined ? undefined : regionsOf[geography];
  return regions !== undefined && !regions.test(region);
}
