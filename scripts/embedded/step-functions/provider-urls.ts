/** The base URLs that replace the providers' own, in the form of their SDKs' base URLs. */
export type ProviderUrls = Readonly<
  Partial<Record<"openai" | "anthropic" | "google" | "bedrock" | "xai" | "deepseek", string>>
>;

const ownBases: [keyof ProviderUrls, RegExp][] = [
  ["openai", /^https:\/\/api\.openai\.com\/v1(?=\/)/],
  ["anthropic", /^https:\/\/api\.anthropic\.com(?=\/)/],
  ["google", /^https:\/\/generativelanguage\.googleapis\.com(?=\/)/],
  ["bedrock", /^https:\/\/bedrock-runtime(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?=\/)/],
  ["xai", /^https:\/\/api\.x\.ai\/v1(?=\/)/],
  ["deepseek", /^https:\/\/api\.deepseek\.com(?=\/)/],
];

/**
 * The URL for a request to an endpoint of a definition: a provider's own URL is replaced, any other
 * is called unchanged. Null for a provider without a known replacement.
 */
export function redirected(endpoint: string, urls: ProviderUrls): string | null {
  for (const [provider, base] of ownBases) {
    if (!base.test(endpoint)) continue;
    const replacement = urls[provider];
    return replacement === undefined
      ? null
      : endpoint.replace(base, () => replacement.replace(/\/$/, ""));
  }
  return endpoint;
}

/** The region in the URL of a Bedrock endpoint. */
export function bedrockRegion(endpoint: string): string | null {
  return /^https:\/\/bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\./.exec(endpoint)?.[1] ?? null;
}
