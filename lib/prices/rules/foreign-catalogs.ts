import * as z from "zod/mini";
import type { ProviderId } from "@/lib/providers/schema";
import {
  type CatalogModel,
  type CatalogTier,
  type DatedPrices,
  noPrices,
  type TokenPrices,
} from "./catalog-model";
import { perTokenToMillion } from "./price";

const price = z.number().check(z.gte(0), z.lt(1e6));
const tokens = z.optional(z.nullable(z.number()));
const day = /^\d{4}-\d{2}-\d{2}$/;

const liteLlmProviders: Record<string, ProviderId | undefined> = {
  openai: "openai",
  anthropic: "anthropic",
  gemini: "google",
  bedrock: "bedrock",
  bedrock_converse: "bedrock",
  xai: "xai",
  deepseek: "deepseek",
};
const liteLlmPrefixes = /^(?:openai|anthropic|gemini|bedrock|xai|deepseek)\//;
const textModes = new Set(["chat", "completion", "responses"]);

const LiteLlmModel = z.looseObject({
  litellm_provider: z.string(),
  mode: z.optional(z.string()),
  max_input_tokens: z.optional(z.unknown()),
  max_output_tokens: z.optional(z.unknown()),
  deprecation_date: z.optional(z.unknown()),
});

/** Our prices by their LiteLLM names, USD per token. */
const liteLlmPrices = {
  input_price: "input_cost_per_token",
  output_price: "output_cost_per_token",
  cache_read_price: "cache_read_input_token_cost",
  cache_write_price: "cache_creation_input_token_cost",
  cache_write_1h_price: "cache_creation_input_token_cost_above_1hr",
} as const satisfies Record<keyof TokenPrices, string>;

/** A model; "other" if its provider isn't ours; "invalid" if its prices can't be read. */
export type ReadModel = CatalogModel | "other" | "invalid";

/** A member of LiteLLM's `model_prices_and_context_window.json`. */
export function readLiteLlm(key: string, value: unknown, asOf: string): ReadModel {
  const parsed = LiteLlmModel.safeParse(value);
  if (!parsed.success) return "other";
  const { litellm_provider, mode, ...entry } = parsed.data;
  const provider = liteLlmProviders[litellm_provider];
  const id = key.replace(liteLlmPrefixes, "");
  // `bedrock/us-east-1/…` is the price of one region, which none of our IDs names.
  if (!provider || id.includes("/") || (mode !== undefined && !textModes.has(mode))) return "other";
  const prices = liteLlmTier(entry, "");
  if (prices === null) return "invalid";
  const thresholds = Object.keys(entry).flatMap((name) => {
    const [, thousand] = /_above_(\d{1,5})k_tokens$/.exec(name) ?? [];
    return thousand ? [Number(thousand)] : [];
  });
  const tiers: CatalogTier[] = [];
  for (const thousand of [...new Set(thresholds)].sort((a, b) => a - b)) {
    const tier = liteLlmTier(entry, `_above_${thousand}k_tokens`);
    if (tier === null) return "invalid";
    tiers.push({ above_input_tokens: thousand * 1_000, ...tier });
  }
  const retiresOn = entry.deprecation_date;
  return toModel(provider, id, prices, tiers, asOf, {
    context_window: tokensOf(entry.max_input_tokens),
    max_output_tokens: tokensOf(entry.max_output_tokens),
    retires_on: typeof retiresOn === "string" && day.test(retiresOn) ? retiresOn : null,
  });
}

function liteLlmTier(entry: Record<string, unknown>, suffix: string): TokenPrices | null {
  const prices = { ...noPrices };
  for (const [priceName, member] of Object.entries(liteLlmPrices)) {
    const value = entry[`${member}${suffix}`];
    if (value === undefined || value === null) continue;
    const parsed = price.safeParse(value);
    if (!parsed.success) return null;
    // The keys are those of `TokenPrices`.
    prices[priceName as keyof TokenPrices] = perTokenToMillion(parsed.data);
  }
  return prices;
}

export const modelsDevProviders: Record<string, ProviderId | undefined> = {
  openai: "openai",
  anthropic: "anthropic",
  google: "google",
  "amazon-bedrock": "bedrock",
  xai: "xai",
  deepseek: "deepseek",
};

const cost = { input: z.optional(price), output: z.optional(price) };
const cachedCost = { ...cost, cache_read: z.optional(price), cache_write: z.optional(price) };
const ModelsDevModel = z.looseObject({
  name: z.optional(z.string()),
  status: z.optional(z.string()),
  cost: z.optional(
    z.looseObject({
      ...cachedCost,
      context_over_200k: z.optional(z.looseObject(cachedCost)),
      tiers: z.optional(
        z.array(z.looseObject({ ...cachedCost, tier: z.looseObject({ size: z.number() }) })),
      ),
    }),
  ),
  limit: z.optional(z.looseObject({ context: tokens, output: tokens })),
});

/** A model of models.dev's `api.json`, USD per 1M tokens. */
export function readModelsDev(
  provider: ProviderId,
  id: string,
  value: unknown,
  asOf: string,
): ReadModel {
  const parsed = ModelsDevModel.safeParse(value);
  if (!parsed.success) return "invalid";
  const { name, status, cost: prices, limit } = parsed.data;
  const over = prices?.context_over_200k;
  const tiers = prices?.tiers
    ? prices.tiers.map(({ tier, ...some }) => ({
        above_input_tokens: tier.size,
        ...modelsDevPrices(some),
      }))
    : over
      ? [{ above_input_tokens: 200_000, ...modelsDevPrices(over) }]
      : [];
  return toModel(provider, id, modelsDevPrices(prices ?? {}), tiers, asOf, {
    name: name ?? null,
    context_window: tokensOf(limit?.context),
    max_output_tokens: tokensOf(limit?.output),
    lifecycle: status === "deprecated" ? "legacy" : null,
  });
}

type ModelsDevCost = Partial<Record<"input" | "output" | "cache_read" | "cache_write", number>>;

function modelsDevPrices(prices: ModelsDevCost): TokenPrices {
  return {
    input_price: prices.input ?? null,
    output_price: prices.output ?? null,
    cache_read_price: prices.cache_read ?? null,
    cache_write_price: prices.cache_write ?? null,
    cache_write_1h_price: null,
  };
}

const tokensOf = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : null;

function toModel(
  provider: ProviderId,
  id: string,
  prices: TokenPrices,
  tiers: CatalogTier[],
  asOf: string,
  facts: Partial<CatalogModel>,
): CatalogModel {
  // Both catalogs write 0 for unknown prices.
  const isPriced = Boolean(prices.input_price) || Boolean(prices.output_price);
  const dated: DatedPrices = {
    ...prices,
    from: null,
    tiers,
    windows: [],
    as_of: asOf,
    source: null,
    region_may_differ: false,
    unverified: false,
  };
  return {
    provider,
    ids: [id],
    name: null,
    context_window: null,
    max_output_tokens: null,
    lifecycle: null,
    retires_on: null,
    ...facts,
    prices: isPriced ? [dated] : [],
  };
}
