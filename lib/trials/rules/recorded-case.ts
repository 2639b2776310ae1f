import type { ContentPart, Message, ToolCall } from "@/lib/completions/schema";
import { messageOf } from "@/lib/runs/rules/conversation";
import type { RecordedCall } from "@/lib/runs/rules/model-calls";
import { membersOf, parsed, textOr } from "@/lib/runs/rules/run-event";
import type { RunPart } from "@/lib/runs/schema";
import type { TrialCaseDetails } from "@/lib/trials/schema";

/** A turn worth trying: the first call of a run, or one after a tool's result. */
export type RecordedTurn = {
  kind: "first_call" | "after_tool";
  messages: Message[];
  recorded: TrialCaseDetails["recorded"];
};

/** The turns of a run's model calls; null for a turn whose messages can't be sent again. */
export function turnsOf(calls: readonly RecordedCall[]): (RecordedTurn | null)[] {
  const sent = calls.filter(({ messages }) => messages !== null);
  const [first] = sent;
  const later = sent.find((call) => call !== first && endsWithToolResult(call));
  const turns: (RecordedTurn | null)[] = [];
  if (first) turns.push(turnOf("first_call", first, calls));
  if (later) turns.push(turnOf("after_tool", later, calls));
  return turns;
}

function endsWithToolResult({ messages }: RecordedCall): boolean {
  const last = messages?.at(-1);
  return last !== undefined && messageOf(last).parts.some(({ type }) => type === "tool_result");
}

function turnOf(
  kind: RecordedTurn["kind"],
  call: RecordedCall,
  calls: readonly RecordedCall[],
): RecordedTurn | null {
  const answers = new Map(calls.map(({ messages, answer }) => [messages?.length, answer]));
  const messages = (call.messages ?? []).flatMap((message, index) => {
    const { role, parts } = messageOf(message);
    if (role === "system") return [];
    // The caller drops calls outside the content; the answer of that turn has them.
    const answer = role === "assistant" ? answers.get(index) : undefined;
    const own = answer ? messageOf(answer).parts : parts;
    return [toMessage(role, own)];
  });
  const complete = messages.filter((message) => message !== null);
  if (complete.length < messages.length || complete.length === 0) return null;
  return { kind, messages: complete, recorded: recordedOf(call) };
}

function toMessage(role: string, parts: readonly RunPart[]): Message | null {
  if (role !== "user" && role !== "assistant") return null;
  const content = parts.map((part) => toContentPart(part, role));
  const [only] = parts;
  if (parts.length === 1 && only?.type === "text") return { role, content: only.text };
  const known = content.filter((part) => part !== null);
  return known.length === 0 || known.length < content.length ? null : { role, content: known };
}

function toContentPart(part: RunPart, role: "user" | "assistant"): ContentPart | null {
  switch (part.type) {
    case "text":
      return part;
    case "tool_call":
      if (role !== "assistant") return null;
      return {
        type: "tool_call",
        id: part.id,
        name: part.name,
        arguments: parsed(part.arguments) ?? {},
      };
    case "tool_result":
      return role === "user"
        ? { type: "tool_result", tool_call_id: part.id, content: part.content }
        : null;
    case "other":
      return role === "user" ? imageOf(part.json) : null;
  }
}

const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

function imageOf(json: string): ContentPart | null {
  const { type, source } = membersOf(parsed(json));
  const { media_type, data } = membersOf(source);
  const imageType = imageTypes.find((name) => name === media_type);
  if (type !== "image" || !imageType || typeof data !== "string") return null;
  return { type: "image", media_type: imageType, data };
}

function recordedOf(call: RecordedCall): RecordedTurn["recorded"] {
  if (call.state !== "answered" || call.answer === null || call.isCut) return null;
  const { parts } = messageOf(call.answer);
  const texts = parts.flatMap((part) => (part.type === "text" ? part.text : []));
  const tool_calls = parts.flatMap((part): ToolCall[] =>
    part.type === "tool_call"
      ? [{ id: part.id, name: part.name, arguments: parsed(part.arguments) ?? {} }]
      : [],
  );
  const { provider, model_id, input_tokens, output_tokens, latency_ms } = call;
  const figures = { provider, model_id, input_tokens, output_tokens, latency_ms };
  return { ...figures, text: texts.join("\n"), tool_calls };
}

const maxTitle = 120;

/** The beginning of the last text in a conversation, or a description of its last part. */
export function titleOf(messages: readonly Message[]): string {
  const last = messages.at(-1);
  if (!last) return "";
  const { content } = last;
  const text =
    typeof content === "string"
      ? content
      : content
          .map((part) => {
            if (part.type === "text") return part.text;
            if (part.type === "tool_result") return `Tool result: ${part.content}`;
            return textOr(membersOf(part).name) ?? part.type;
          })
          .join(" ");
  return text.replace(/\s+/g, " ").trim().slice(0, maxTitle);
}
