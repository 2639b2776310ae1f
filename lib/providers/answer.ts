import "server-only";
import type { ContentPart, Message, Tool, ToolCall } from "@/lib/completions/schema";
import { answerLimits, answerTooLarge, isParseable } from "./answer-limits";
import { describeMedia } from "./media";
import { type AnswerPart, TransportError } from "./provider";
import { tryParseJson } from "./wire";

/** Parses the arguments of a tool call: `{}` if there are none, the raw text if it isn't JSON. */
export function toolArguments(raw: string): unknown {
  if (raw.trim() === "") return {};
  const value = isParseable(raw) ? tryParseJson(raw) : undefined;
  return value === undefined ? raw : value;
}

/** The parts of a message without empty texts, which Anthropic and Bedrock reject. */
export function partsOf(content: Message["content"]): ContentPart[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.filter((part) => part.type !== "text" || part.text !== "");
}

/** The arguments of an earlier call as an object, for protocols that accept nothing else. */
export function argumentsObject(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { value };
  return { ...value };
}

/** A tool's JSON Schema; every protocol requires an object, even without arguments. */
export function toolSchema(tool: Tool): Record<string, unknown> & { type: "object" } {
  return { properties: {}, ...tool.parameters, type: "object" };
}

/** The visible text of an answer. Each file in it becomes a line such as "image, 1.6 MB". */
export class AnswerText {
  private last: "text" | "file" | null = null;

  get isEmpty(): boolean {
    return this.last === null;
  }

  /** Joins strings only, so that the check of the parts detects other types. */
  text(text: string): AnswerPart {
    const isFirstAfterFile = this.last === "file" && typeof text === "string";
    this.last = "text";
    return { type: "delta", text: isFirstAfterFile ? `\n${text}` : text };
  }

  /** @param content base64, the bytes, or their count */
  file(mediaType: string | undefined, content: string | Uint8Array | number): AnswerPart {
    const lead = this.last === null ? "" : "\n";
    this.last = "file";
    return { type: "delta", text: lead + describeMedia(mediaType, content) };
  }
}

/** Joins streamed fragments of tool calls, in the order in which the calls began. */
export class ToolCallFragments {
  private characters = 0;
  private readonly calls = new Map<number, { id: string; name: string; json: string }>();

  /** Providers send ID and name once and the arguments in pieces. Absent values add nothing. */
  add(index: number, fragment: { id?: string | null; name?: string | null; json?: string | null }) {
    this.characters += fragment.json?.length ?? 0;
    if (this.characters > answerLimits.characters) throw answerTooLarge();
    const call = this.calls.get(index) ?? { id: "", name: "", json: "" };
    this.calls.set(index, {
      id: fragment.id || call.id,
      name: fragment.name || call.name,
      json: call.json + (fragment.json ?? ""),
    });
  }

  /**
   * Whether a call began at this index. Fragments of server tools have an index too, but aren't our
   * calls.
   */
  has(index: number): boolean {
    return this.calls.has(index);
  }

  /** For a message that starts again. */
  clear(): void {
    this.calls.clear();
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

/** The end of a complete answer, the same for every protocol. */
export type AnswerEnd = Omit<Extract<AnswerPart, { type: "end" }>, "type"> & {
  calls: ToolCall[];
  /** Whether any text was yielded. */
  hasText: boolean;
  /** The provider's reason for filtering. */
  refusal?: string | null;
};

/**
 * Yields the tool calls and the end.
 * @throws TransportError `filtered` if a filter removed the entire answer; a partial answer ends with
 * stop reason `content_filter` instead.
 */
export function* endAnswer({ calls, hasText, refusal, ...end }: AnswerEnd): Generator<AnswerPart> {
  if (end.stop_reason === "content_filter" && !hasText && calls.length === 0) {
    throw new TransportError({ kind: "filtered", message: refusal ?? null });
  }
  for (const call of calls) yield { type: "tool_call", call };
  yield { type: "end", ...end };
}

/** For an answer that ended without a stop reason. */
export function incompleteAnswer(): TransportError {
  return new TransportError({ kind: "incomplete" });
}
