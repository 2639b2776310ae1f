import type {
  CallerBlock,
  CallerMessage,
  CallerPayload,
  CallerRequest,
  Transformer,
} from "@/lib/runtime/schema";
import { callerJson, Float32 } from "./caller-json";
import { openaiMessages } from "./openai-messages";

/** Replaces the key in a request's headers. */
export const removedKey = "[key removed]";

const defaultTimeoutSeconds = 30;
const defaultMaxTokens = 4096;
const defaultTemperature = 0.7;
const defaultTopP = 1;

type Body = Record<string, unknown>;

const bodies: Record<Transformer, (payload: CallerPayload) => Body> = {
  openai_v1: openaiBody,
  anthropic_v1: anthropicBody,
  gemini_v1: geminiBody,
  bedrock_v1: bedrockBody,
};

/** The transformer with this name; null if the caller has none. */
export function transformerOf(name: string): Transformer | null {
  return Object.hasOwn(bodies, name) ? (name as Transformer) : null; // A key of `bodies`.
}

/** The request that the runtime's caller sends for this payload, in the format of one transformer. */
export function callerRequest(payload: CallerPayload, transformer: Transformer): CallerRequest {
  const { endpoint, auth_header_name, auth_header_prefix, custom_headers } =
    payload.provider_config;
  const body_text = callerJson(bodies[transformer](payload));
  return {
    method: "POST",
    url: URL.canParse(endpoint) ? new URL(endpoint).href : endpoint,
    headers: {
      accept: "*/*",
      "content-type": "application/json",
      ...(transformer === "anthropic_v1" && { "anthropic-version": "2023-06-01" }),
      ...lowerCaseNames(custom_headers ?? {}),
      [auth_header_name.toLowerCase()]: `${auth_header_prefix ?? ""}${removedKey}`,
    },
    body: JSON.parse(body_text),
    body_text,
  };
}

/** How long the caller waits for an answer, in milliseconds. */
export const callerTimeoutMs = ({ provider_config: { timeout } }: CallerPayload): number =>
  (timeout ?? defaultTimeoutSeconds) * 1000;

/** The output limit that the caller sends, in tokens; null if it sends none, as to OpenAI by default. */
export const callerMaxTokens = (
  { max_tokens }: CallerPayload,
  transformer: Transformer,
): number | null => max_tokens ?? (transformer === "openai_v1" ? null : defaultMaxTokens);

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** Leaves out null members, as the caller does. */
function options(payload: CallerPayload) {
  const { temperature, top_p, stream } = payload;
  return {
    ...(temperature != null && { temperature: new Float32(temperature) }),
    ...(top_p != null && { top_p: new Float32(top_p) }),
    ...(stream != null && { stream }),
  };
}

function openaiBody(payload: CallerPayload): Body {
  const { provider_config, messages, max_tokens, tools } = payload;
  return {
    model: provider_config.model_id,
    messages: openaiMessages(messages),
    ...options(payload),
    ...(max_tokens != null && { max_tokens }),
    ...(tools && {
      tools: tools.map(({ name, description, input_schema }) => ({
        type: "function",
        function: { name, description, parameters: cutSchema(input_schema) },
      })),
    }),
  };
}

function anthropicBody(payload: CallerPayload): Body {
  const { provider_config, messages, max_tokens, tools } = payload;
  const system = systemText(messages);
  return {
    model: provider_config.model_id,
    messages: withoutSystem(messages).flatMap(({ role, content }) =>
      content.length === 0 && typeof content !== "string"
        ? []
        : [{ role, content: typeof content === "string" ? [textBlock(content)] : content }],
    ),
    max_tokens: max_tokens ?? defaultMaxTokens,
    ...(system !== null && { system: [{ ...textBlock(system), cache_control: ephemeral }] }),
    ...options(payload),
    ...(tools && {
      tools: tools.map(({ name, description, input_schema }, index) => ({
        name,
        description,
        input_schema: cutSchema(input_schema),
        ...(index === tools.length - 1 && { cache_control: ephemeral }),
      })),
      tool_choice: { type: "auto" },
    }),
  };
}

const ephemeral = { type: "ephemeral" };
const textBlock = (text: string) => ({ type: "text", text });

function geminiBody({ messages, temperature, max_tokens, top_p, tools }: CallerPayload): Body {
  return {
    contents: messages.flatMap(geminiTurn),
    generationConfig: {
      temperature: new Float32(temperature ?? defaultTemperature),
      maxOutputTokens: max_tokens ?? defaultMaxTokens,
      topP: new Float32(top_p ?? defaultTopP),
    },
    ...(tools?.length && {
      tools: [
        {
          functionDeclarations: tools.map(({ name, description, input_schema }) => {
            const parameters = cutSchema(input_schema);
            return { name, description, ...(hasProperties(parameters) && { parameters }) };
          }),
        },
      ],
    }),
  };
}

/** A system message becomes a user turn; an empty assistant turn is left out. */
function geminiTurn({ role, content }: CallerMessage) {
  if (role === "assistant" && content.length === 0) return [];
  const parts = typeof content === "string" ? [{ text: content }] : content.flatMap(geminiPart);
  return parts.length === 0 ? [] : [{ role: role === "assistant" ? "model" : "user", parts }];
}

function geminiPart(block: CallerBlock): Body[] {
  switch (block.type) {
    case "text":
      return [{ text: block.text }];
    case "tool_use":
      return [{ functionCall: { name: block.name, args: block.input } }];
    case "tool_result": {
      const response = { result: block.content };
      return [{ functionResponse: { name: "tool_response", response } }];
    }
    case "image":
      return [];
  }
}

function bedrockBody({ messages, temperature, max_tokens, top_p, tools }: CallerPayload): Body {
  const system = systemText(messages);
  return {
    messages: withoutSystem(messages).map(({ role, content }) => {
      if (typeof content === "string") return { role, content: [{ text: content }] };
      const parts = bedrockContent(role, content);
      return { role, ...(parts.length > 0 && { content: parts }) };
    }),
    inferenceConfig: {
      maxTokens: max_tokens ?? defaultMaxTokens,
      ...(temperature != null && { temperature: new Float32(temperature) }),
      ...(top_p != null && { topP: new Float32(top_p) }),
    },
    ...(tools && {
      toolConfig: {
        tools: tools.map(({ name, description, input_schema }) => ({
          toolSpec: { name, description, inputSchema: { json: cutSchema(input_schema) } },
        })),
        toolChoice: { auto: {} },
      },
    }),
    ...(system !== null && { system: [{ text: system }] }),
  };
}

/** A user message with tool results contains nothing else. Texts are joined and images dropped. */
function bedrockContent(role: string, blocks: CallerBlock[]): Body[] {
  const results = blocks.flatMap((block) =>
    block.type === "tool_result"
      ? [{ toolResult: { toolUseId: block.tool_use_id, content: [{ text: block.content }] } }]
      : [],
  );
  if (role === "user" && results.length > 0) return results;
  const text = joinedText(blocks);
  const uses = blocks.flatMap((block) =>
    block.type === "tool_use"
      ? [{ toolUse: { toolUseId: block.id, name: block.name, input: block.input } }]
      : [],
  );
  return [...(text === null ? [] : [{ text }]), ...uses];
}

function withoutSystem(messages: CallerMessage[]): CallerMessage[] {
  return messages.filter(({ role }) => role !== "system");
}

/** The text of a system message at the beginning; later ones are dropped. */
function systemText([first]: CallerMessage[]): string | null {
  if (first?.role !== "system") return null;
  return typeof first.content === "string" ? first.content : joinedText(first.content);
}

/** The texts, one per line; null if there are none. */
function joinedText(blocks: CallerBlock[]): string | null {
  const texts = blocks.flatMap((block) => (block.type === "text" ? [block.text] : []));
  return texts.length > 0 ? texts.join("\n") : null;
}

/** The caller sends only `type`, `properties` and a non-empty `required` of a tool's schema. */
function cutSchema(schema: unknown): Body {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return { type: "object", properties: {} };
  }
  const { properties, required } = schema as Body; // An object by the line above.
  return {
    type: "object",
    ...(properties !== undefined && { properties }),
    ...(Array.isArray(required) && required.length > 0 && { required }),
  };
}

function hasProperties({ properties }: Body): boolean {
  const isObject =
    typeof properties === "object" && properties !== null && !Array.isArray(properties);
  return isObject && Object.keys(properties).length > 0;
}
