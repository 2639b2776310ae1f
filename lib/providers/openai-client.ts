import "server-only";
import type { OpenAI } from "openai";
import { collectPages, parseListedTime } from "./pages";
import { type ModelLister, type Transport, TransportError } from "./provider";
import type { ListedModel } from "./schema";
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

type Entry = { id: string; created?: number; input_modalities?: string[]; aliases?: string[] };

/** `GET /models`: ids and dates of models of every kind, without limits or capabilities. */
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

/** xAI also answers to aliases, and rows may store them. */
function aliases(model: Entry): ListedModel[] {
  return (model.aliases ?? []).map((id) => ({
    ...listed({ ...model, id }),
    display_name: `Alias of ${model.id}`,
  }));
}

function listed({ id, created, input_modalities }: Entry): ListedModel {
  return {
    model_id: id,
    display_name: null,
    max_tokens: null,
    max_output_tokens: null,
    supports_tools: null,
    supports_vision: input_modalities?.includes("image") ?? null,
    lifecycle: null,
    created_at: parseListedTime(created),
  };
}

/** The SDK wraps the transport's error. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (!(error instanceof TransportError)) return isNotFound(error.cause);
  return error.failure.kind === "refused" && error.failure.status === 404;
}
