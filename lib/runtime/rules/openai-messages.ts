import type { CallerBlock, CallerMessage } from "@/lib/runtime/schema";
import { callerJson } from "./caller-json";

type ChatMessage = {
  role: string;
  content?: string;
  tool_calls?: unknown[];
  tool_call_id?: string;
};

/**
 * The messages of a Chat Completions request as the caller writes them. Tool results become
 * messages of the role `tool`. The call that led to them is rebuilt from their IDs, because the
 * caller doesn't store the tool calls of earlier OpenAI answers: the name becomes `unknown`, the
 * arguments `{}`.
 */
export function openaiMessages(messages: CallerMessage[]): ChatMessage[] {
  const sent: ChatMessage[] = [];
  const rebuilt = new Set<number>();
  for (const [index, message] of messages.entries()) {
    const results = message.role === "user" ? toolResults(message) : [];
    if (results.length === 0) {
      sent.push(chatMessage(message));
      continue;
    }
    const before = messages.findLastIndex(
      ({ role }, position) => role === "assistant" && position < index,
    );
    const assistant = messages[before];
    if (assistant && !rebuilt.has(before)) {
      const ids = results.map(({ tool_use_id }) => tool_use_id);
      moveToEnd(sent, index, withToolCalls(assistant, ids));
      rebuilt.add(before);
    }
    for (const { tool_use_id, content } of results) {
      sent.push({ role: "tool", tool_call_id: tool_use_id, content });
    }
  }
  return sent;
}

/** Removes the last assistant message among the first `limit` ones, and appends this message. */
function moveToEnd(sent: ChatMessage[], limit: number, message: ChatMessage): void {
  const last = sent.slice(0, limit).findLastIndex(({ role }) => role === "assistant");
  if (last !== -1) sent.splice(last, 1);
  sent.push(message);
}

function withToolCalls(assistant: CallerMessage, ids: string[]): ChatMessage {
  const message = chatMessage(assistant);
  return { ...message, tool_calls: message.tool_calls ?? ids.map((id) => functionCall(id)) };
}

function functionCall(id: string, name = "unknown", input: unknown = {}) {
  return { id, type: "function", function: { name, arguments: callerJson(input) } };
}

function chatMessage({ role, content }: CallerMessage): ChatMessage {
  if (typeof content === "string") return { role, content };
  const texts = content.flatMap((block) => (block.type === "text" ? [block.text] : []));
  const calls = content.flatMap((block) =>
    block.type === "tool_use" ? [functionCall(block.id, block.name, block.input)] : [],
  );
  return { role, content: texts.join("\n"), ...(calls.length > 0 && { tool_calls: calls }) };
}

function toolResults({ content }: CallerMessage) {
  if (typeof content === "string") return [];
  return content.filter(
    (block): block is Extract<CallerBlock, { type: "tool_result" }> => block.type === "tool_result",
  );
}
