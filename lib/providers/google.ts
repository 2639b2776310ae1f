import "server-only";
import type {
  Content,
  FinishReason,
  FunctionCallingConfigMode,
  GenerateContentParameters,
  GenerateContentResponse,
  GenerateContentResponseUsageMetadata,
  GoogleGenAI,
  Model,
  Part,
  ToolConfig,
} from "@google/genai";
import type { ContentPart, Message, ToolCall, ToolChoice, Usage } from "@/lib/completions/schema";
import {
  AnswerText,
  argumentsObject,
  endAnswer,
  incompleteAnswer,
  partsOf,
  toolSchema,
} from "./answer";
import { collectPages } from "./pages";
import type { ModelLister, Protocol, ProviderCall } from "./provider";
import {
  type AnswerPart,
  type Identity,
  type StopReason,
  type Transport,
  TransportError,
} from "./provider";
import type { ListedModel } from "./schema";
import { PLACEHOLDER_KEY } from "./wire";

const googleIdentity: Identity = (apiKey) => ({ "x-goog-api-key": apiKey });

/** The SDK rejects these in a path, and Google has no such models. */
const IMPOSSIBLE_MODEL_ID = /\.\.|[?&]/;

const stopReasons: Partial<Record<FinishReason, StopReason>> = {
  STOP: "end",
  MAX_TOKENS: "max_tokens",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
};

/** Google's SDK on our transport, isolated from the environment; never Vertex AI. */
export async function googleClient(wire: Transport): Promise<GoogleGenAI> {
  const sdk = await import("@google/genai");
  return new sdk.GoogleGenAI({
    apiKey: PLACEHOLDER_KEY,
    enterprise: false,
    vertexai: false,
    apiVersion: "v1beta",
    httpOptions: { baseUrl: wire.baseUrl, fetch: wire.fetch },
  });
}

/** generateContent and streamGenerateContent of the Gemini API, never Vertex AI. */
async function* googleAdapter(call: ProviderCall, wire: Transport): AsyncGenerator<AnswerPart> {
  if (IMPOSSIBLE_MODEL_ID.test(call.model_id)) throw unknownModel(call.model_id);
  const { ApiError } = await import("@google/genai");
  const client = await googleClient(wire);
  const request = requestBody(call);
  try {
    if (call.stream) yield* answer(await client.models.generateContentStream(request));
    else yield* answer([await client.models.generateContent(request)]);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // The SDK wraps an error in the middle of a stream as "got status: X. {json}".
    const body = error.message.slice(Math.max(0, error.message.indexOf("{")));
    throw new TransportError({ kind: "refused", status: wire.exchange.status, tag: null, body });
  }
}

function requestBody(call: ProviderCall): GenerateContentParameters {
  return {
    model: call.model_id,
    contents: toGoogleContents(call),
    config: {
      ...(call.system === undefined ? {} : { systemInstruction: call.system }),
      ...(call.max_tokens === undefined ? {} : { maxOutputTokens: call.max_tokens }),
      ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
      ...(call.tools?.length
        ? {
            tools: [
              {
                functionDeclarations: call.tools.map((tool) => ({
                  name: tool.name,
                  ...(tool.description === undefined ? {} : { description: tool.description }),
                  parametersJsonSchema: toolSchema(tool),
                })),
              },
            ],
          }
        : {}),
      ...(call.tool_choice === undefined ? {} : { toolConfig: toolConfig(call.tool_choice) }),
    },
  };
}

function toolConfig(choice: ToolChoice): ToolConfig {
  const mode = (choice === "auto" ? "AUTO" : "ANY") as FunctionCallingConfigMode; // The enum's values.
  const named = typeof choice === "object" ? { allowedFunctionNames: [choice.name] } : {};
  return { functionCallingConfig: { mode, ...named } };
}

type Chunks = AsyncIterable<GenerateContentResponse> | GenerateContentResponse[];

async function* answer(chunks: Chunks): AsyncGenerator<AnswerPart> {
  const calls: ToolCall[] = [];
  let usage: GenerateContentResponseUsageMetadata | undefined;
  let finish: FinishReason | undefined;
  let finishMessage: string | undefined;
  const visible = new AnswerText();
  for await (const chunk of chunks) {
    const blocked = chunk.promptFeedback?.blockReason;
    if (blocked) {
      const words = chunk.promptFeedback?.blockReasonMessage ?? blocked;
      throw new TransportError({ kind: "filtered", message: words });
    }
    usage = chunk.usageMetadata ?? usage;
    const candidate = chunk.candidates?.[0];
    finish = candidate?.finishReason ?? finish;
    finishMessage = candidate?.finishMessage ?? finishMessage;
    for (const part of candidate?.content?.parts ?? []) {
      if (part.functionCall) calls.push(toolCall(part, calls.length + 1));
      // Thoughts aren't part of the answer.
      if (part.thought) continue;
      if (part.text) yield visible.text(part.text);
      const file = part.inlineData;
      if (file?.data) yield visible.file(file.mimeType, file.data);
    }
  }
  if (!finish) throw incompleteAnswer();
  const plain = stopReasons[finish] ?? finish;
  const stop_reason = plain === "end" && calls.length > 0 ? "tool_use" : plain;
  const refusal = finishMessage ?? finish;
  yield* endAnswer({
    stop_reason,
    usage: normalizeUsage(usage),
    calls,
    hasText: !visible.isEmpty,
    refusal,
  });
}

function toolCall({ functionCall, thoughtSignature }: Part, position: number): ToolCall {
  return {
    id: functionCall?.id ?? `call_${position}`,
    name: functionCall?.name ?? "",
    arguments: functionCall?.args ?? {},
    ...(thoughtSignature ? { signature: thoughtSignature } : {}),
  };
}

/**
 * Gemini counts thoughts separately from the candidates' tokens, and cached tokens as part of the
 * prompt's. Its JSON leaves out zeros, so a missing member of a reported usage means zero.
 */
export function normalizeUsage(usage: GenerateContentResponseUsageMetadata | undefined): Usage {
  if (usage?.promptTokenCount === undefined) return { input_tokens: null, output_tokens: null };
  const cached = usage.cachedContentTokenCount;
  const thoughts = usage.thoughtsTokenCount ?? 0;
  return {
    input_tokens: usage.promptTokenCount + (usage.toolUsePromptTokenCount ?? 0),
    output_tokens: (usage.candidatesTokenCount ?? 0) + thoughts,
    ...(cached ? { cache_read_tokens: cached } : {}),
    ...(thoughts ? { reasoning_tokens: thoughts } : {}),
  };
}

function unknownModel(id: string): TransportError {
  const body = JSON.stringify({ error: { status: "NOT_FOUND", message: `No model "${id}"` } });
  return new TransportError({ kind: "refused", status: null, tag: null, body });
}

/**
 * Replaces a missing thought signature. Gemini 3 refuses an earlier tool call without a signature and
 * accepts this value instead (ai.google.dev, "Thought signatures"); older models have no signatures.
 */
const NO_SIGNATURE = "skip_thought_signature_validator";
const hasNoSignatures = /gemini-[12]\b/;

/** Converts the conversation. Gemini matches tool results by name; ours refer to the call's ID. */
function toGoogleContents({ messages, model_id }: ProviderCall): Content[] {
  const names = new Map(messages.flatMap(callNames));
  return messages.map((message) => {
    const { role, content } = message;
    const parts = partsOf(content).map((part) => toPart(part, names));
    if (!hasNoSignatures.test(model_id)) signFirstCall(parts);
    return { role: role === "assistant" ? "model" : "user", parts };
  });
}

/** Only the first of parallel calls is signed. */
function signFirstCall(parts: Part[]): void {
  const calls = parts.filter((part) => part.functionCall);
  if (calls[0] && !calls.some((part) => part.thoughtSignature)) {
    calls[0].thoughtSignature = NO_SIGNATURE;
  }
}

function callNames({ content }: Message): [id: string, name: string][] {
  if (typeof content === "string") return [];
  return content.flatMap((part): [string, string][] =>
    part.type === "tool_call" ? [[part.id, part.name]] : [],
  );
}

function toPart(part: ContentPart, names: Map<string, string>): Part {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image":
      return { inlineData: { mimeType: part.media_type, data: part.data } };
    case "tool_call":
      return {
        functionCall: { id: part.id, name: part.name, args: argumentsObject(part.arguments) },
        ...(part.signature === undefined ? {} : { thoughtSignature: part.signature }),
      };
    case "tool_result":
      return {
        functionResponse: {
          id: part.tool_call_id,
          name: names.get(part.tool_call_id) ?? part.tool_call_id,
          response: { output: part.content },
        },
      };
  }
}

/** The largest page of `models.list` (ai.google.dev, "Models"). */
const PAGE_SIZE = 1000;

/** The models that answer `generateContent`, which is what agents call. */
const googleModels: ModelLister = async (wire) => {
  const client = await googleClient(wire);
  const pager = await client.models.list({ config: { pageSize: PAGE_SIZE } });
  const pages = await collectPages(pager.page, async () =>
    pager.hasNextPage() ? pager.nextPage() : null,
  );
  return pages
    .flat()
    .filter(({ supportedActions }) => supportedActions?.includes("generateContent"))
    .map(listed);
};

function listed(model: Model): ListedModel {
  return {
    model_id: (model.name ?? "").replace(/^models\//, ""),
    display_name: model.displayName ?? null,
    max_tokens: model.inputTokenLimit ?? null,
    max_output_tokens: model.outputTokenLimit ?? null,
    supports_tools: null,
    supports_vision: null,
    lifecycle: null,
    retires_on: null,
    prices: null,
    created_at: null,
  };
}

export const googleProtocol: Protocol = {
  adapter: googleAdapter,
  models: googleModels,
  identity: googleIdentity,
};
