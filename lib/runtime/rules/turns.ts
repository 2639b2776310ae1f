import type { ContentPart, Message } from "@/lib/completions/schema";
import type { CallerBlock, CallerMessage, CallerPayload, Transformer } from "@/lib/runtime/schema";
import type { UnderstoodAnswer } from "./caller-answer";

/** A conversation in the format of an execution's input. */
export function executionMessages(messages: Message[]): CallerMessage[] {
  return messages.map(({ role, content }) => ({
    role,
    content: typeof content === "string" ? content : content.map(callerBlock),
  }));
}

function callerBlock(part: ContentPart): CallerBlock {
  switch (part.type) {
    case "text":
      return part;
    case "image": {
      const { media_type, data } = part;
      return { type: "image", source: { type: "base64", media_type, data } };
    }
    case "tool_call":
      return { type: "tool_use", id: part.id, name: part.name, input: part.arguments ?? {} };
    case "tool_result":
      return { type: "tool_result", tool_use_id: part.tool_call_id, content: part.content };
  }
}

/** The payload with the caller's own answers in it. Those from OpenAI lack tool calls. */
export function asReturned(payload: CallerPayload, transformer: Transformer): CallerPayload {
  if (transformer !== "openai_v1") return payload;
  const messages = payload.messages.map((message) => {
    if (message.role !== "assistant" || typeof message.content === "string") return message;
    return { ...message, content: message.content.filter(({ type }) => type !== "tool_use") };
  });
  return { ...payload, messages };
}

export function hasToolResult({ messages }: Pick<CallerPayload, "messages">): boolean {
  return messages.some(
    ({ content }) =>
      typeof content !== "string" && content.some(({ type }) => type === "tool_result"),
  );
}

/** A placeholder for a tool's result; providers check only its form. */
const toolResult = '{"status":"ok"}';

/**
 * The turn after a tool result. If the model called no tool, the first tool is used instead, so
 * that the turn can be tested anyway.
 */
export function turnAfterToolResult(
  payload: CallerPayload,
  answer: Pick<UnderstoodAnswer, "message" | "calls">,
): CallerPayload {
  const called = answer.calls.length > 0 ? answer : exampleCall(payload);
  const results = called.calls.map(({ id }) => ({
    type: "tool_result" as const,
    tool_use_id: id,
    content: toolResult,
  }));
  const turn = [called.message, { role: "user", content: results }];
  return { ...payload, messages: [...payload.messages, ...turn] };
}

function exampleCall({ tools, provider_config }: CallerPayload) {
  const call = { id: "call_switchboard", name: tools?.[0]?.name ?? "", input: {} };
  const block = { type: "tool_use" as const, ...call };
  const isReturned = provider_config.request_transformer !== "openai_v1";
  const message = { role: "assistant", content: isReturned ? [block] : [] };
  return { message, calls: [call] };
}
