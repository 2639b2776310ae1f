import {
  isJsonObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  stringOf,
} from "../embedded/json";
import { readGeminiModels } from "./gemini-models";
import { describeImage } from "./image-facts";
import {
  type Frame,
  type Operation,
  type Prompt,
  type Protocol,
  type Reply,
  RequestFault,
} from "./protocol";

const finishReasons = { end: "STOP", length: "MAX_TOKENS", tool: "STOP", filtered: "SAFETY" };
const generatePath =
  /^\/v1(?:beta|alpha)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/**
 * Google's Gemini API: generateContent, streamGenerateContent and the models.
 * Source: ai.google.dev/api/generate-content.
 */
export const gemini: Protocol = {
  operation,
  read: readPrompt,
  whole: (prompt, reply) => {
    if (reply.stop === "filtered") return blocked(prompt, reply);
    return response(prompt, reply, partsOf(prompt, reply), finishReasons[reply.stop]);
  },
  frames: streamFrames,
  streamType: (sse) => (sse ? "text/event-stream" : "application/json; charset=UTF-8"),
  errorFrame: (body) => `data: ${JSON.stringify(body)}\r\n\r\n`,
  headers: () => ({ server: "scaffolding on HTTPServer2" }),
};

function operation(method: string, path: string, query: URLSearchParams): Operation | null {
  const [, model, verb] = generatePath.exec(path) ?? [];
  if (method === "POST" && model) {
    const stream = verb === "streamGenerateContent";
    const id = decodeURIComponent(model);
    return { kind: "complete", model: id, stream, sse: query.get("alt") === "sse" };
  }
  return method === "GET" ? readGeminiModels(path, query) : null;
}

function readPrompt(body: JsonObject, call: Operation & { kind: "complete" }): Prompt {
  const contents = listOf(body.contents).filter(isJsonObject);
  if (contents.length === 0) {
    throw new RequestFault(
      "bad_request",
      "* GenerateContentRequest.contents: contents is not specified\n",
    );
  }
  const userContents = contents.filter(
    (content) => content.role !== "model" && textOf(content) !== "",
  );
  const system = textOf(objectOf(body.systemInstruction ?? body.system_instruction));
  const tools = listOf(body.tools)
    .flatMap((tool) => listOf(objectOf(tool).functionDeclarations))
    .map(objectOf)
    .map((fn) => ({ name: stringOf(fn.name), schema: fn.parametersJsonSchema ?? fn.parameters }));
  const texts = [system, ...contents.map(textOf)];
  return {
    model: call.model,
    lastUser: textOf(userContents.at(-1) ?? {}),
    system,
    inputText: texts.join("\n") + (tools.length > 0 ? JSON.stringify(body.tools) : ""),
    messages: contents.length,
    images: partsNamed(contents, "inlineData", "fileData").map(({ mimeType, data }) =>
      describeImage(stringOf(mimeType), stringOf(data)),
    ),
    tools,
    toolChoice: readToolChoice(objectOf(objectOf(body.toolConfig).functionCallingConfig)),
    toolResult: toolResult(contents.slice(-1)),
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

function partsNamed(contents: JsonObject[], ...names: string[]): JsonObject[] {
  return contents
    .flatMap((content) => listOf(content.parts))
    .flatMap((part) => names.map((name) => objectOf(part)[name]))
    .filter(isJsonObject);
}

function toolResult(contents: JsonObject[]): string | null {
  const results = partsNamed(contents, "functionResponse");
  if (results.length === 0) return null;
  return results.map(({ response }) => JSON.stringify(response ?? {})).join(" ");
}

/** `candidatesTokenCount` excludes thoughts; `promptTokenCount` includes cached tokens. */
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

/** From Gemini 3 on, a call has a signature that must be sent back with it. */
const signsCalls = /gemini-([3-9]|\d\d)/;

function partsOf({ model }: Prompt, reply: Reply): JsonObject[] {
  if (!reply.toolCall) return reply.chunks.length > 0 ? [{ text: reply.chunks.join("") }] : [];
  const { name, input } = reply.toolCall;
  const functionCall = { name, args: input };
  if (!signsCalls.test(model)) return [{ functionCall }];
  return [{ functionCall, thoughtSignature: Buffer.from(reply.id).toString("base64") }];
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
  // Without alt=sse the stream is one JSON array.
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
    yield response(prompt, reply, partsOf(prompt, reply), finishReasons[reply.stop]);
    return;
  }
  let output = 0;
  for (const [index, text] of reply.chunks.entries()) {
    const isLast = index === reply.chunks.length - 1;
    output = isLast ? reply.usage.output : Math.min(output + 1, reply.usage.output);
    yield response(
      prompt,
      reply,
      [{ text }],
      isLast ? finishReasons[reply.stop] : undefined,
      output,
    );
  }
}
