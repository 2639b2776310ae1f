import { randomUUID } from "node:crypto";
import { type JsonObject, listOf, objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import type { Block, Message, Tool } from "./event";
import { blocksOf, type Transformer, usageOf } from "./transformer";
import { Float } from "./wire-json";

/** Gemini's generateContent; the system message is a user's turn. */
export const gemini: Transformer = {
  headers: {},
  request: ({ messages, tools, temperature, max_tokens }) => ({
    contents: messages.map(turnOf),
    generationConfig: {
      temperature: Float.single(temperature),
      maxOutputTokens: max_tokens,
      topP: new Float(1),
    },
    ...(tools.length > 0 && { tools: [{ functionDeclarations: tools.map(declarationOf) }] }),
  }),
  answer: (body) => {
    const candidate = objectOf(listOf(objectOf(body).candidates)[0]);
    const { parts } = objectOf(candidate.content);
    if (!Array.isArray(parts))
      throw transformError("Missing candidates[0].content.parts in response");
    const blocks = parts.map(objectOf).flatMap(blockOf);
    const raw = parts.filter((part) => objectOf(part).functionCall !== undefined);
    const { promptTokenCount, candidatesTokenCount } = objectOf(objectOf(body).usageMetadata);
    return {
      message: {
        role: "assistant",
        content: blocks,
        ...(raw.length > 0 && { tool_calls: raw }),
      },
      calls: blocks.flatMap((block) => (block.type === "tool_use" ? [block] : [])),
      stop_reason: stringOf(candidate.finishReason) || null,
      usage: usageOf(promptTokenCount, candidatesTokenCount),
    };
  },
};

function declarationOf({ name, description, input_schema }: Tool): JsonObject {
  const isEmpty = Object.keys(objectOf(input_schema.properties)).length === 0;
  return { name, description, ...(!isEmpty && { parameters: input_schema }) };
}

function turnOf({ role, content }: Message): JsonObject {
  return {
    role: role === "assistant" ? "model" : "user",
    parts: blocksOf(content).flatMap(partsOf),
  };
}

function partsOf(block: Block): JsonObject[] {
  if (block.type === "text") return [{ text: block.text }];
  if (block.type === "tool_use") return [{ functionCall: { name: block.name, args: block.input } }];
  if (block.type === "image") return [];
  return [{ functionResponse: { name: "tool_response", response: { result: block.content } } }];
}

/** A thought signature stays in the raw call and never goes back. */
function blockOf({ text, functionCall }: JsonObject): Block[] {
  if (functionCall === undefined) return typeof text === "string" ? [{ type: "text", text }] : [];
  const { name, args } = objectOf(functionCall);
  return [{ type: "tool_use", id: randomUUID(), name: stringOf(name), input: args ?? {} }];
}
