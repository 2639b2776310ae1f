/** The region inside the address of a Bedrock endpoint; null for any other address. */
export function regionOf(endpoint: string): string | null {
  return /bedrock-runtime\.([a-z0-9-]+)\./.exec(endpoint)?.[1] ?? null;
}
