import "server-only";
import { openaiClient } from "./openai-client";
import { collectPages, parseListedTime } from "./pages";
import { type ModelLister, TransportError } from "./provider";
import type { ListedModel } from "./schema";

type Entry = { id: string; created?: number; input_modalities?: string[]; aliases?: string[] };

/** `GET /models`: ids and dates, nothing on limits or capabilities, and all kinds of models. */
export const openaiModels: ModelLister = async (wire) => {
  const client = await openaiClient(wire);
  const pages = await collectPages(await client.models.list(), async (page) =>
    page.hasNextPage() ? page.getNextPage() : null,
  );
  return pages.flatMap(({ data }) => data.map(listed));
};

/**
 * xAI's `GET /language-models` leaves out what writes no text and says which take images (docs.x.ai,
 * "List language models"). A gateway in front of xAI may know the common `/models` only.
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

/** Other names under which xAI answers: rows may store them, so they are not "gone". */
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

/** The SDK wraps what the wire threw. */
function isNotFound(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (!(error instanceof TransportError)) return isNotFound(error.cause);
  return error.trouble.kind === "refused" && error.trouble.status === 404;
}
