type ProviderNames = {
  id: string;
  /** Other names under which rows may store it. */
  aliases: readonly string[];
  name: string;
  secret_key_name: string;
};

/**
 * The providers, in the order in which screens list them. A new provider needs a row here, an entry
 * in `lib/providers/rules/details.ts` and `lib/providers/registry.ts`, and a variable in
 * `lib/env.ts`; types, prices and screens follow.
 */
const providerRows = [
  { id: "openai", aliases: ["gpt"], name: "OpenAI", secret_key_name: "OPENAI_API_KEY" },
  { id: "anthropic", aliases: ["claude"], name: "Anthropic", secret_key_name: "ANTHROPIC_API_KEY" },
  { id: "google", aliases: ["gemini"], name: "Google", secret_key_name: "GEMINI_API_KEY" },
  {
    id: "bedrock",
    aliases: ["amazon", "aws"],
    name: "Amazon Bedrock",
    secret_key_name: "AWS_BEARER_TOKEN_BEDROCK",
  },
  { id: "xai", aliases: ["grok"], name: "xAI", secret_key_name: "XAI_API_KEY" },
  { id: "deepseek", aliases: [], name: "DeepSeek", secret_key_name: "DEEPSEEK_API_KEY" },
] as const satisfies readonly ProviderNames[];

export type ProviderId = (typeof providerRows)[number]["id"];

const ids: readonly ProviderId[] = providerRows.map(({ id }) => id);
/** In the table's order; never empty. */
export const providerIds = ids as readonly [ProviderId, ...ProviderId[]];

/** Whether a name is a provider ID. Aliases aren't. */
export function isProviderId(name: string): name is ProviderId {
  return providerIds.some((id) => id === name);
}

export type ProviderInfo = ProviderNames & { id: ProviderId };

/** The providers in screen order. */
export const providers: readonly ProviderInfo[] = providerRows;

const byName = new Map<string, ProviderInfo>(
  providers.flatMap((info) => [info.id, ...info.aliases].map((name) => [name, info] as const)),
);

/** The provider id of a stored provider name or alias; null if it is unknown. */
export function providerIdOf(stored: string): ProviderId | null {
  return byName.get(stored)?.id ?? null;
}

/** The row of the table of providers. */
export function providerInfo(id: ProviderId): ProviderInfo {
  const info = byName.get(id);
  if (!info) throw new Error(`No provider "${id}" in the table of providers`);
  return info;
}

/** All names that rows may store for this provider, its id first. */
export function providerNames(id: ProviderId): string[] {
  const info = providerInfo(id);
  return [info.id, ...info.aliases];
}
