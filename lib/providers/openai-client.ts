import "server-only";
import Big from "big.js";
import type { OpenAI } from "openai";
import { collectPages, parseListedTime } from "./pages";
import { type ModelLister, type Transport, TransportError } from "./provider";
import type { ListedModel, ListedPrices } from "./schema";
import { PLACEHOLDER_KEY, sdkTimeout } from "./wire";

/** OpenAI's SDK on our transport, isolated from the environment. */
export async function openaiClient(wire: Transport): Promise<OpenAI> {
  const sdk = await import("openai");
  return new sdk.OpenAI({
    apiKey: PLACEHOLDER_KEY,
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: wire.baseUrl,
    maxRetries: 0,
    timeout: sdkTimeout(wire),
    logLevel: "off",
    fetch: wire.fetch,
  });
}

/**
 * OpenAI and DeepSeek list `id` and `created` only. xAI adds prices in 1/100 cent per 1M tokens (docs.x.ai,
 * "List language models"); gateways add limits and prices in USD per token (openrouter.ai/docs/models).
 */
type Entry = {
  id: string;
  created?: number;
  input_modalities?: string[];
  aliases?: string[];
  prompt_text_token_price?: number;
  completion_text_token_price?: number;
  cached_prompt_text_token_price?: number;
  context_length?: number;
  max_prompt_length?: number;
  max_completion_tokens?: number;
  top_provider?: { max_completion_tokens?: number | null };
  pricing?: Partial<
    Record<"prompt" | "completion" | "input_cache_read" | "input_cache_write", string>
  >;
};

/** `GET /models`: models of every kind. */
export const openaiModels: ModelLister = async (wire) => {
  const client = await openaiClient(wire);
  const pages = await collectPages(await client.models.list(), async (page) =>
    page.hasNextPage() ? page.getNextPage() : null,
  );
  return pages.flatMap(({ data }) => data.map(listed));
};

/**
 * xAI's `GET /language-models` lists text models only, with their input types (docs.x.ai, "List language
 * models"). A gateway in front of xAI may have only the common `/models`.
 */
export const xaiModels: ModelLister = async (wire) => {
  const client = await openaiClient(wire);
  try {
    const answer = await client.get<{ models: Entry[] }>("/language-models");
    return answer.models.flatMap((model) => [listed(model), ...aliases(model)]);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return openaiModels(wire);
  }
};

/** xAI also accepts aliases, and rows may store them. */
function aliases(model: Entry): ListedModel[] {
  return (model.aliases ?? []).map((id) => ({
    ...listed({ ...model, id }),
    display_name: `Alias of ${model.id}`,
  }));
}

function listed(model: Entry): ListedModel {
  const { id, created, input_modalities, max_completion_tokens, top_provider } = model;
  return {
    model_id: id,
    display_name: null,
    max_tokens: countOf(model.context_length ?? model.max_prompt_length),
    max_output_tokens: countOf(max_completion_tokens ?? top_provider?.max_completion_tokens),
    supports_tools: null,
    supports_vision: input_modalities?.includes("image") ?? null,
    lifecycle: null,
    retires_on: null,
    prices: listedPrices(model),
    created_at: parseListedTime(created),
  };
}

/** A limit in tokens; zero means no limit. */
function countOf(value: number | null | undefined): number | null {
  return typeof value === "number" && value > 0 ? value : null;
}

function listedPrices(model: Entry): ListedPrices | null {
  const { pricing } = model;
  const prices = pricing
    ? {
        input_price: perMillion(pricing.prompt, 1_000_000),
        output_price: perMillion(pricing.completion, 1_000_000),
        cache_read_price: perMillion(pricing.input_cache_read, 1_000_000),
        cache_write_price: perMillion(pricing.input_cache_write, 1_000_000),
      }
    : {
        input_price: perMillion(model.prompt_text_token_price, 0.0001),
        output_price: perMillion(model.completion_text_token_price, 0.0001),
        cache_read_price: perMillion(model.cached_prompt_text_token_price, 0.0001),
        cache_write_price: null,
      };
  return prices.input_price !== null && prices.output_price !== null ? prices : null;
}

/** Null also for zero, which providers use for what they don't price. */
function perMillion(value: number | string | undefined, factor: number): number | null {
  const price = Number(value ?? Number.NaN);
  return price > 0 && Number.isFinite(price) ? new Big(price).times(factor).toNumber() : null;
}

/** The SDK wraps the transport's error. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (!(error instanceof TransportError)) return isNotFound(error.cause);
  return error.failure.kind === "refused" && error.failure.status === 404;
}
