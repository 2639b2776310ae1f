import "server-only";
import type { ContentPart, Message, Tool, ToolCall } from "@/lib/completions/schema";
import { type AnswerPart, TransportError } from "./provider";
import { tryParseJson } from "./wire";

/** The arguments of a tool call: parsed, `{}` when there are none, the raw text when it is no JSON. */
export function toolArguments(raw: string): unknown {
  if (raw.trim() === "") return {};
  const value = tryParseJson(raw);
  return value === undefined ? raw : value;
}

/** The parts of a message; without empty texts, which Anthropic and Bedrock refuse. */
export function partsOf(content: Message["content"]): ContentPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.filter((part) => part.type !== "text" || part.text !== "");
}

/** The arguments of an earlier call for protocols that take an object only. */
export function argumentsObject(given: unknown): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return { value: given };
  return { ...given };
}

/** A tool's JSON Schema; every protocol wants an object even for a tool without arguments. */
export function toolSchema(tool: Tool): Record<string, unknown> & { type: "object" } {
  return { properties: {}, ...tool.parameters, type: "object" };
}

/** Puts streamed fragments of tool calls together, in the order in which the calls began. */
export class ToolCallFragments {
  private readonly calls = new Map<number, { id: string; name: string; json: string }>();

  /** Absent values add nothing: providers send id and name once, the arguments in pieces. */
  add(index: number, fragment: { id?: string | null; name?: string | null; json?: string | null }) {
    const call = this.calls.get(index) ?? { id: "", name: "", json: "" };
    this.calls.set(index, {
      id: fragment.id || call.id,
      name: fragment.name || call.name,
      json: call.json + (fragment.json ?? ""),
    });
  }

  get size(): number {
    return this.calls.size;
  }

  finish(): ToolCall[] {
    return [...this.calls.values()].map((call, position) => ({
      id: call.id || `call_${position + 1}`,
      name: call.name,
      arguments: toolArguments(call.json),
    }));
  }
}

/** What an answer consists of once it is complete, whichever protocol brought it. */
export type AnswerEnd = Omit<Extract<AnswerPart, { type: "end" }>, "type"> & {
  calls: ToolCall[];
  /** Whether any text was delivered. */
  said: boolean;
  /** The provider's words on why it filtered. */
  refusal?: string | null;
};

/**
 * The tool calls and the end.
 * @throws WireError `filtered` when a filter left nothing of the answer: that is a failure to explain,
 * while a partial answer ends with stop reason `content_filter`.
 */
export function* endAnswer({
  calls,
  said: hasText,
  refusal,
  ...end
}: AnswerEnd): Generator<AnswerPart> {
  if (end.stop_reason === "content_filter" && !hasText && calls.length === 0) {
    throw new TransportError({ kind: "filtered", message: refusal ?? null });
  }
  for (const call of calls) yield { type: "tool_call", call };
  yield { type: "end", ...end };
}

/** An answer that stops without saying why was cut off. */
export function incompleteAnswer(): TransportError {
  return new TransportError({ kind: "incomplete" });
}
