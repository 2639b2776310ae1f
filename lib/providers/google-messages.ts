import "server-only";
import type { Content, Part } from "@google/genai";
import type { ContentPart, Message } from "@/lib/completions/schema";
import { argumentsObject, partsOf } from "@/lib/providers/answer";
import type { ProviderCall } from "@/lib/providers/provider";

/**
 * Stands for a thought signature that we do not have. Gemini 3 refuses a tool call of an earlier turn
 * without one and takes this word instead (ai.google.dev, "Thought signatures"); older models know none.
 */
const NO_SIGNATURE = "skip_thought_signature_validator";
const knowsNoSignature = /gemini-[12]\b/;

/** The conversation in Gemini's form. It matches tool results by name; ours know the call's id. */
export function googleContents({ messages, model_id }: ProviderCall): Content[] {
  const names = new Map(messages.flatMap(callNames));
  return messages.map((message) => {
    const { role, content } = message;
    const parts = partsOf(content).map((part) => toPart(part, names));
    if (!knowsNoSignature.test(model_id)) signFirstCall(parts);
    return { role: role === "assistant" ? "model" : "user", parts };
  });
}

/** Of calls made at once only the first is signed. */
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
