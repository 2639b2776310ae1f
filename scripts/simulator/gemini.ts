import { isObject, type JsonObject, listOf, numberOf, objectOf, stringOf } from "./json";
import type { Frame, Operation, Prompt, Protocol, Reply } from "./protocol";
import { RequestFault } from "./protocol";
import { type SampleModel, sampleModel, sampleModels } from "./sample-models";

const FINISH = { end: "STOP", length: "MAX_TOKENS", tool: "STOP", filtered: "SAFETY" };
const DEFAULT_PAGE = 50;
const GENERATE = /^\/v1(?:beta|alpha)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/**
 * Google's Gemini API: generateContent, streamGenerateContent and the paged model list.
 * Sources: ai.google.dev/api/generate-content, ai.google.dev/api/models.
 */
export const gemini: Protocol = {
  operation,
  read: readPrompt,
  list: listModels,
  get: (id) => modelRecord(sampleModel("google", id)),
  whole: (prompt, reply) => {
    if (reply.stop === "filtered") return blocked(prompt, reply);
    return response(prompt, reply, partsOf(reply), FINISH[reply.stop]);
  },
  frames: streamFrames,
  streamType: (sse) => (sse ? "text/event-stream" : "application/json; charset=UTF-8"),
  errorFrame: (body) => `data: ${JSON.stringify(body)}\r\n\r\n`,
  headers: () => ({ server: "scaffolding on HTTPServer2" }),
};

function operation(method: string, path: string, query: URLSearchParams): Operation | null {
  const [, model, verb] = GENERATE.exec(path) ?? [];
  if (method === "POST" && model) {
    const stream = verb === "streamGenerateContent";
    const id = decodeURIComponent(model);
    return { kind: "complete", model: id, stream, sse: query.get("alt") === "sse" };
  }
  if (method !== "GET") return null;
  const named = /^\/v1(?:beta|alpha)?\/models(?:\/([^/:]+))?$/.exec(path);
  if (!named) return null;
  return named[1] ? { kind: "get", model: decodeURIComponent(named[1]) } : { kind: "list", query };
}

function readPrompt(body: JsonObject, call: Operation & { kind: "complete" }): Prompt {
  const contents = listOf(body.contents).filter(isObject);
  if (contents.length === 0) {
    throw new RequestFault(
      "bad_request",
      "* GenerateContentRequest.contents: contents is not specified\n",
    );
  }
  const users = contents.filter((content) => content.role !== "model" && textOf(content) !== "");
  const system = textOf(objectOf(body.systemInstruction ?? body.system_instruction));
  const tools = listOf(body.tools)
    .flatMap((tool) => listOf(objectOf(tool).functionDeclarations))
    .map(objectOf)
    .map((fn) => ({ name: stringOf(fn.name), schema: fn.parametersJsonSchema ?? fn.parameters }));
  const texts = [system, ...contents.map(textOf)];
  return {
    model: call.model,
    lastUser: textOf(users.at(-1) ?? {}),
    system,
    inputText: texts.join("\n") + (tools.length > 0 ? JSON.stringify(body.tools) : ""),
    messages: contents.length,
    images: countParts(contents, "inlineData") + countParts(contents, "fileData"),
    tools,
    toolChoice: readToolChoice(objectOf(objectOf(body.toolConfig).functionCallingConfig)),
    afterTool: countParts(contents.slice(-1), "functionResponse") > 0,
    maxTokens: numberOf(objectOf(body.generationConfig).maxOutputTokens),
    cacheMarked: true,
    stream: call.stream,
    includeUsage: true,
  };
}

function readToolChoice(config: JsonObject): Prompt["toolChoice"] {
  if (config.mode === "NONE") return "none";
  if (config.mode !== "ANY") return "auto";
  const [name] = listOf(config.allowedFunctionNames);
  return typeof name === "string" ? { name } : "required";
}

function textOf(content: JsonObject): string {
  return listOf(content.parts)
    .map((part) => stringOf(objectOf(part).text))
    .filter((text) => text !== "")
    .join(" ");
}

function countParts(contents: JsonObject[], name: string): number {
  return contents
    .flatMap((content) => listOf(content.parts))
    .filter((part) => objectOf(part)[name] !== undefined).length;
}

/** `candidatesTokenCount` excludes the thoughts, `promptTokenCount` includes the cached tokens. */
function usageMetadata({ usage }: Reply, output = usage.output): JsonObject {
  const { input, cached, reasoning } = usage;
  return {
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output + reasoning,
    ...(cached > 0 ? { cachedContentTokenCount: cached } : {}),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: input }],
    ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
  };
}

function partsOf(reply: Reply): JsonObject[] {
  if (!reply.toolCall) return reply.chunks.length > 0 ? [{ text: reply.chunks.join("") }] : [];
  const { name, input } = reply.toolCall;
  return [{ functionCall: { name, args: input } }];
}

function response(
  prompt: Prompt,
  reply: Reply,
  parts: JsonObject[],
  finishReason?: string,
  output?: number,
): JsonObject {
  const content = parts.length > 0 ? { parts, role: "model" } : { role: "model" };
  return {
    candidates: [{ content, ...(finishReason ? { finishReason } : {}), index: 0 }],
    usageMetadata: usageMetadata(reply, output),
    modelVersion: prompt.model,
    responseId: reply.id,
  };
}

/** A blocked prompt is a 200 without candidates. */
function blocked(prompt: Prompt, reply: Reply): JsonObject {
  const { input } = reply.usage;
  return {
    promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
    usageMetadata: { promptTokenCount: input, totalTokenCount: input },
    modelVersion: prompt.model,
    responseId: reply.id,
  };
}

function* streamFrames(prompt: Prompt, reply: Reply, sse: boolean): Iterable<Frame> {
  const messages = streamMessages(prompt, reply);
  if (sse) {
    for (const message of messages) {
      yield { data: `data: ${JSON.stringify(message)}\r\n\r\n`, paced: true };
    }
    return;
  }
  // Without alt=sse the stream is one JSON array that grows.
  let separator = "[";
  for (const message of messages) {
    yield { data: separator + JSON.stringify(message, null, 2), paced: true };
    separator = ",\r\n";
  }
  yield { data: "]", paced: false };
}

function* streamMessages(prompt: Prompt, reply: Reply): Iterable<JsonObject> {
  if (reply.stop === "filtered") {
    yield blocked(prompt, reply);
    return;
  }
  if (reply.chunks.length === 0) {
    yield response(prompt, reply, partsOf(reply), FINISH[reply.stop]);
    return;
  }
  let output = 0;
  for (const [index, text] of reply.chunks.entries()) {
    const last = index === reply.chunks.length - 1;
    output = last ? reply.usage.output : Math.min(output + 1, reply.usage.output);
    yield response(prompt, reply, [{ text }], last ? FINISH[reply.stop] : undefined, output);
  }
}

function listModels(query: URLSearchParams): JsonObject {
  const all = sampleModels("google");
  const size = Math.min(Number(query.get("pageSize") ?? DEFAULT_PAGE), 1000);
  const token = query.get("pageToken") ?? "";
  const start = token === "" ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(start)) throw new RequestFault("bad_request", "page token is invalid");
  const next = start + size;
  const nextPageToken = Buffer.from(String(next)).toString("base64url");
  return {
    models: all.slice(start, next).map(modelRecord),
    ...(next < all.length ? { nextPageToken } : {}),
  };
}

function modelRecord(model: SampleModel): JsonObject {
  return {
    name: `models/${model.id}`,
    version: "001",
    displayName: model.name,
    description: `${model.name} as listed by the sandbox.`,
    inputTokenLimit: model.input,
    outputTokenLimit: model.output,
    supportedGenerationMethods: model.methods ?? ["generateContent", "countTokens"],
    temperature: 1,
    topP: 0.95,
    topK: 64,
  };
}
