import type { RunMessage, RunPart } from "@/lib/runs/schema";
import type { RecordedCall } from "./model-calls";
import { membersOf, parsed, textOr } from "./run-event";

const json = (value: unknown) => JSON.stringify(value) ?? "null";

function partOf(block: unknown): RunPart {
  const members = membersOf(block);
  const { type, text, id, name, input, tool_use_id, content } = members;
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "tool_use" && typeof name === "string") {
    return { type: "tool_call", id: textOr(id) ?? "", name, arguments: json(input ?? {}) };
  }
  if (type === "tool_result") {
    const result = typeof content === "string" ? content : json(content ?? null);
    return { type, id: textOr(tool_use_id) ?? "", content: result };
  }
  return { type: "other", json: json(block) };
}

/** A call outside the content, as in the caller's answers from OpenAI. */
function callOf(call: unknown): RunPart {
  const { id, name, input, function: wrapped } = membersOf(call);
  const { name: wrappedName, arguments: text } = membersOf(wrapped);
  return {
    type: "tool_call",
    id: textOr(id) ?? "",
    name: textOr(name) ?? textOr(wrappedName) ?? "unknown",
    arguments: textOr(text) ?? json(input ?? {}),
  };
}

/** A message in any of the formats that callers send and return. */
export function messageOf(message: unknown): RunMessage {
  const { role, content, tool_calls } = membersOf(message);
  const parts = Array.isArray(content)
    ? content.map(partOf)
    : [typeof content === "string" ? { type: "text" as const, text: content } : partOf(message)];
  const ids = new Set(parts.flatMap((part) => (part.type === "tool_call" ? part.id : [])));
  const calls = Array.isArray(tool_calls) ? tool_calls.map(callOf) : [];
  const others = calls.filter((part) => part.type === "tool_call" && !ids.has(part.id));
  return { role: textOr(role) ?? "unknown", parts: [...parts, ...others] };
}

/**
 * The run as a conversation: the messages of the last readable model call, its answer, and the tool
 * results after it. Before a call, the messages of the execution's input.
 */
export function conversationOf(
  calls: readonly RecordedCall[],
  executionInput: string | null,
): RunMessage[] {
  const last = calls.findLast(({ messages }) => messages !== null);
  if (!last) {
    const { messages } = membersOf(parsed(executionInput));
    return Array.isArray(messages) ? messages.map(messageOf) : [];
  }
  const { messages, answer, results } = last;
  return [
    ...(messages ?? []),
    ...(answer === null ? [] : [answer]),
    ...(results.length > 0 ? [{ role: "user", content: results }] : []),
  ].map(messageOf);
}
