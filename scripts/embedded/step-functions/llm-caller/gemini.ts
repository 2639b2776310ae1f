import { type JsonObject, listOf, objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import type { Block, Message, Tool } from "./event";
import { blocksOf, single, type Transformer, usageOf } from "./transformer";

/** Gemini's generateContent. The system message becomes a user turn. */
export const gemini: Transformer = {
  headers: {},
  request: ({ messages, tools = [], temperature = 0.7, max_tokens = 4096, top_p = 1 }) => ({
    contents: messages.map(turnOf).filter(({ parts }) => parts.length > 0),
    generationConfig: {
      temperature: single(temperature),
      maxOutputTokens: max_tokens,
      topP: single(top_p),
    },
    ...(tools.length > 0 && { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
  }),
  answer: (body) => {
    const { candidates, usageMetadata } = objectOf(body);
    const candidate = listOf(candidates)[0];
    if (candidate === undefined) throw transformError("No candidates in response");
    const { content, finishReason } = objectOf(candidate);
    const { parts } = objectOf(content);
    if (!Array.isArray(parts)) throw transformError("No parts in content");
    const blocks = parts.map(objectOf).flatMap(blockOf);
    return {
      content: blocks,
      rawCalls: parts.filter((part) => objectOf(part).functionCall !== undefined),
      calls: blocks.flatMap((block) => (block.type === "tool_use" ? [block] : [])),
      stop_reason: finishReason,
      usage: usageOf(usageMetadata, "promptTokenCount", "candidatesTokenCount"),
    };
  },
};

function declarationOf({ name, description, input_schema }: Tool): JsonObject {
  const isEmpty = Object.keys(objectOf(input_schema.properties)).length === 0;
  return { name, description, ...(!isEmpty && { parameters: input_schema }) };
}

/** Leaves out an empty answer of the model. */
function turnOf({ role, content }: Message): { role: string; parts: JsonObject[] } {
  const isModel = role === "assistant";
  const parts = isModel && content === "" ? [] : blocksOf(content).flatMap(partsOf);
  return { role: isModel ? "model" : "user", parts };
}

function partsOf(block: Block): JsonObject[] {
  if (block.type === "text") return [{ text: block.text }];
  if (block.type === "tool_use") return [{ functionCall: { name: block.name, args: block.input } }];
  if (block.type === "image") return [];
  return [{ functionResponse: { name: "tool_response", response: { result: block.content } } }];
}

/** A thought signature stays in the raw call and is never sent back. */
function blockOf({ text, functionCall }: JsonObject): Block[] {
  if (typeof text === "string") return [{ type: "text", text }];
  if (functionCall === undefined) return [];
  const { name, args } = objectOf(functionCall);
  return [{ type: "tool_use", id: `call_${Date.now()}`, name: stringOf(name), input: args ?? {} }];
}
