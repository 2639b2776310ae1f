/** The region in the URL of a Bedrock endpoint; null for any other URL. */
export function regionOf(endpoint: string): string | null {
  return /bedrock-runtime\.([a-z0-9-]+)\./.exec(endpoint)?.[1] ?? null;
}
