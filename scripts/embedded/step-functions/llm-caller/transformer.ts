import type { JsonObject } from "../../json";
import type { Block, CallerEvent, Message } from "./event";

export interface ToolCall {
  id: string;
  name: string;
  input: unknown;
}

/** A provider's answer as the caller reads it. */
export interface Answer {
  /** What the machine appends to its messages. */
  message: JsonObject;
  calls: ToolCall[];
  stop_reason: string | null;
  /** Null if the provider reported no usage. */
  usage: { input: number; output: number } | null;
}

/** How the caller speaks to one kind of provider. */
export interface Transformer {
  headers: Record<string, string>;
  request(event: CallerEvent): JsonObject;
  /** Throws a transform error for an answer that it can't read. */
  answer(body: unknown): Answer;
}

export const systemTexts = (messages: Message[]): string[] =>
  messages.filter(({ role }) => role === "system").map(({ content }) => textOf(content));

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

/** The counts if both are numbers. */
export function usageOf(input: unknown, output: unknown): Answer["usage"] {
  return typeof input === "number" && typeof output === "number" ? { input, output } : null;
}
