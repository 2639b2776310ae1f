import { isJsonObject, type JsonObject } from "../../json";
import type { Block, CallerEvent, Message } from "./event";
import { Float } from "./wire-json";

export interface ToolCall {
  id: string;
  name: string;
  input: unknown;
}

/** A provider's answer, parsed as the caller parses it. */
export interface Answer {
  content: Block[];
  /** The calls as the provider wrote them, for the message; dropped when it is sent back. */
  rawCalls: unknown[];
  calls: ToolCall[];
  stop_reason: unknown;
  /** Null if the provider reported no usage. */
  usage: { input_tokens: number; output_tokens: number; total_tokens: number } | null;
}

/** The request and answer format of one kind of provider. */
export interface Transformer {
  headers: Record<string, string>;
  request(event: CallerEvent): JsonObject;
  /** Throws a transform error for an answer that it can't read. */
  answer(body: unknown): Answer;
}

/** The text of a system message, which only the first message can be; null without one. */
export function systemText([first]: Message[]): string | null {
  return first?.role === "system" ? textOf(first.content) : null;
}

export const turns = (messages: Message[]): Message[] =>
  messages.filter(({ role }) => role !== "system");

export function blocksOf(content: Message["content"]): Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

export function textOf(content: Message["content"]): string {
  return blocksOf(content)
    .flatMap((block) => (block.type === "text" ? [block.text] : []))
    .join("\n");
}

/** A temperature or top_p, as the 32-bit float that goes out; undefined stays undefined. */
export function single(value: number | undefined): Float | undefined {
  return value === undefined ? undefined : Float.single(value);
}

/** Counts that a provider leaves out of its usage are 0. */
export function usageOf(usage: unknown, input: string, output: string): Answer["usage"] {
  if (!isJsonObject(usage)) return null;
  const [input_tokens, output_tokens] = [countOf(usage[input]), countOf(usage[output])];
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
}

const countOf = (value: unknown) => (typeof value === "number" ? value : 0);
