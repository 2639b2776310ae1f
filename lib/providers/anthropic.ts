import "server-only";
import type { Anthropic } from "@anthropic-ai/sdk";
import type {
  Message as Answer,
  Usage as AnswerUsage,
  ContentBlockParam,
  MessageCreateParamsNonStreaming,
  MessageDeltaUsage,
  MessageParam,
  RawMessageStreamEvent,
  ToolChoice,
} from "@anthropic-ai/sdk/resources/messages";
import type { ModelInfo } from "@anthropic-ai/sdk/resources/models";
import type {
  ContentPart,
  Message,
  ToolChoice as ToolChoiceRequest,
  Usage,
} from "@/lib/completions/schema";
import {
  argumentsObject,
  endAnswer,
  incompleteAnswer,
  partsOf,
  ToolCallFragments,
  toolSchema,
} from "./answer";
import { collectPages, parseListedTime } from "./pages";
import type { ModelLister } from "./provider";
import {
  type AnswerPart,
  type Identity,
  type Protocol,
  type ProviderCall,
  type StopReason,
  type Transport,
  TransportError,
} from "./provider";
import type { ListedModel } from "./schema";
import { PLACEHOLDER_KEY, sdkTimeout } from "./wire";

/** The output limit of Claude 3 and 3.5 (docs, "Models overview"). */
const OLDER_MAX_TOKENS = 4096;
/** Later models think before they answer, which takes more than 1,024 tokens. */
const DEFAULT_MAX_TOKENS = 16_000;
const isOlder = /^claude-(instant|[123])/;

/** Anthropic requires an output limit. */
function defaultMaxTokens(modelId: string): number {
  return isOlder.test(modelId) ? OLDER_MAX_TOKENS : DEFAULT_MAX_TOKENS;
}

/**
 * SDK 1.x would send `Authorization: Bearer` and version 2026-10-21, under which any `temperature`
 * is a 400 (platform.claude.com, "Versions"). The older version accepts it if the model does.
 */
const anthropicIdentity: Identity = (apiKey) => ({
  "x-api-key": apiKey,
  "anthropic-version": "2023-06-01",
});

const stopReasons: Record<string, StopReason> = {
  end_turn: "end",
  refusal: "content_filter",
};

/** Anthropic's SDK on our transport, isolated from the environment. */
export async function anthropicClient(wire: Transport): Promise<Anthropic> {
  const sdk = await import("@anthropic-ai/sdk");
  return new sdk.Anthropic({
    apiKey: PLACEHOLDER_KEY,
    webhookKey: null,
    baseURL: wire.baseUrl,
    maxRetries: 0,
    timeout: sdkTimeout(wire),
    logLevel: "off",
    openTelemetry: false,
    fetch: wire.fetch,
  });
}

/** The Messages API. */
async function* anthropicAdapter(call: ProviderCall, wire: Transport): AsyncGenerator<AnswerPart> {
  const { APIError } = await import("@anthropic-ai/sdk");
  const client = await anthropicClient(wire);
  const body = requestBody(call);
  try {
    if (call.stream) yield* streamed(await client.messages.create({ ...body, stream: true }));
    else yield* whole(await client.messages.create(body));
  } catch (error) {
    if (!(error instanceof APIError) || error.error === undefined) throw error;
    const status = wire.exchange.status;
    const words = JSON.stringify(error.error);
    throw new TransportError({ kind: "refused", status, tag: null, body: words });
  }
}

function requestBody(call: ProviderCall): MessageCreateParamsNonStreaming {
  return {
    model: call.model_id,
    messages: call.messages.map(toAnthropicMessage),
    max_tokens: call.max_tokens ?? defaultMaxTokens(call.model_id),
    ...(call.system === undefined ? {} : { system: call.system }),
    ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
    ...(call.tools?.length
      ? {
          tools: call.tools.map((tool) => ({
            name: tool.name,
            ...(tool.description === undefined ? {} : { description: tool.description }),
            input_schema: toolSchema(tool),
          })),
        }
      : {}),
    ...(call.tool_choice === undefined ? {} : { tool_choice: toolChoice(call.tool_choice) }),
  };
}

function toolChoice(choice: ToolChoiceRequest): ToolChoice {
  if (typeof choice === "object") return { type: "tool", name: choice.name };
  return { type: choice === "required" ? "any" : "auto" };
}

async function* streamed(events: AsyncIterable<RawMessageStreamEvent>): AsyncGenerator<AnswerPart> {
  const fragments = new ToolCallFragments();
  let usage: Partial<MessageDeltaUsage> = {};
  let stop: string | null = null;
  let refusal: string | null = null;
  let hasText = false;
  let stopped = false;
  for await (const event of events) {
    if (event.type === "message_start") {
      usage = { ...usage, ...counted(event.message.usage) };
      fragments.clear();
    }
    if (event.type === "message_delta") {
      usage = { ...usage, ...counted(event.usage) };
      stop = event.delta.stop_reason ?? stop;
      refusal = event.delta.stop_details?.explanation ?? refusal;
    }
    if (event.type === "message_stop") stopped = true;
    if (event.type === "content_block_start" && event.content_block.type === "tool_use") {
      fragments.add(event.index, { id: event.content_block.id, name: event.content_block.name });
    }
    if (event.type === "content_block_delta") {
      if (event.delta.type === "text_delta" && event.delta.text) {
        hasText = true;
        yield { type: "delta", text: event.delta.text };
      }
      if (event.delta.type === "input_json_delta" && fragments.has(event.index)) {
        fragments.add(event.index, { json: event.delta.partial_json });
      }
    }
  }
  if (!stop || !stopped) throw incompleteAnswer();
  yield* endAnswer({ ...endOf(stop, usage), calls: fragments.finish(), hasText, refusal });
}

function* whole(answer: Answer): Generator<AnswerPart> {
  if (!answer.stop_reason || !Array.isArray(answer.content)) throw incompleteAnswer();
  const text = answer.content.map((block) => (block.type === "text" ? block.text : "")).join("");
  if (text) yield { type: "delta", text };
  const calls = answer.content.flatMap((block) =>
    block.type === "tool_use" ? [{ id: block.id, name: block.name, arguments: block.input }] : [],
  );
  const refusal = answer.stop_details?.explanation;
  yield* endAnswer({
    ...endOf(answer.stop_reason, answer.usage),
    calls,
    hasText: text !== "",
    refusal,
  });
}

function endOf(stop: string, usage: Partial<MessageDeltaUsage>) {
  return { stop_reason: stopReasons[stop] ?? stop, usage: normalizeUsage(usage) };
}

/** Counts are cumulative and replace earlier ones; nulls are dropped. */
function counted(usage: Partial<MessageDeltaUsage> | null | undefined): Partial<MessageDeltaUsage> {
  return Object.fromEntries(Object.entries(usage ?? {}).filter(([, value]) => value !== null));
}

/** Anthropic's `input_tokens` excludes cache reads and writes. */
export function normalizeUsage(
  usage: Partial<MessageDeltaUsage> & Partial<Pick<AnswerUsage, "cache_creation">>,
): Usage {
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const forAnHour = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const reasoning = usage.output_tokens_details?.thinking_tokens;
  return {
    input_tokens:
      typeof usage.input_tokens === "number" ? usage.input_tokens + read + written : null,
    output_tokens: usage.output_tokens ?? null,
    ...(read ? { cache_read_tokens: read } : {}),
    ...(written ? { cache_write_tokens: written } : {}),
    ...(forAnHour ? { cache_write_1h_tokens: forAnHour } : {}),
    ...(reasoning ? { reasoning_tokens: reasoning } : {}),
  };
}

/** Converts a message to blocks; tool results come first, as Anthropic requires (docs, "Tool use"). */
function toAnthropicMessage({ role, content }: Message): MessageParam {
  if (typeof content === "string") return { role, content };
  const parts = partsOf(content);
  const results = parts.filter(({ type }) => type === "tool_result");
  const others = parts.filter(({ type }) => type !== "tool_result");
  return { role, content: [...results, ...others].map(block) };
}

function block(part: ContentPart): ContentBlockParam {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image": {
      const { media_type, data } = part;
      return { type: "image", source: { type: "base64", media_type, data } };
    }
    case "tool_call":
      return {
        type: "tool_use",
        id: part.id,
        name: part.name,
        input: argumentsObject(part.arguments),
      };
    case "tool_result":
      return { type: "tool_result", tool_use_id: part.tool_call_id, content: part.content };
  }
}

/** The largest page of `GET /v1/models` (docs.anthropic.com, "List Models"). */
const PAGE_SIZE = 1000;

const anthropicModels: ModelLister = async (wire) => {
  const client = await anthropicClient(wire);
  const first = await client.models.list({ limit: PAGE_SIZE });
  const pages = await collectPages(first, async (page) =>
    page.hasNextPage() ? page.getNextPage() : null,
  );
  return pages.flatMap(({ data }) => data.map(listed));
};

/** Our API version may omit members that the SDK's types require. */
function listed(model: Pick<ModelInfo, "id"> & Partial<ModelInfo>): ListedModel {
  return {
    model_id: model.id,
    display_name: model.display_name ?? null,
    max_tokens: model.max_input_tokens ?? null,
    max_output_tokens: model.max_tokens ?? null,
    supports_tools: null,
    supports_vision: model.capabilities?.image_input?.supported ?? null,
    lifecycle: model.lifecycle === "deprecated" ? "legacy" : (model.lifecycle ?? null),
    retires_on: parseListedTime(model.retires_at)?.slice(0, 10) ?? null,
    prices: null,
    created_at: parseListedTime(model.created_at),
  };
}

export const anthropicProtocol: Protocol = {
  adapter: anthropicAdapter,
  models: anthropicModels,
  identity: anthropicIdentity,
};
