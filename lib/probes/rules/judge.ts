import type { CapabilityVerdict } from "@/lib/capabilities/schema";
import type { ToolCall } from "@/lib/completions/schema";

/** A model's answer to a probe. */
export type Answer = {
  text: string;
  calls: ToolCall[];
  /** The number of text chunks. */
  pieces: number;
  stop_reason: string;
};

export type Judgement = { verdict: CapabilityVerdict; detail: string };

const proved = (detail: string): Judgement => ({ verdict: "proved", detail });
const notKnown = (detail: string): Judgement => ({ verdict: "not_known", detail });

/** Proved by a tool call with valid arguments: one integer. */
export function judgeTools(answer: Answer, toolName: string): Judgement {
  const call = answer.calls.find(({ name }) => name === toolName);
  if (!call) {
    const instead = answer.calls[0];
    if (instead) return notKnown(`It called "${instead.name}", which it was not given.`);
    return (
      judgeTruncated(answer) ??
      notKnown(`It answered with text instead of a call: ${quoteText(answer)}.`)
    );
  }
  const text = JSON.stringify(call.arguments);
  if (matchesTool(call.arguments)) return proved(`It called the tool with ${text}.`);
  return notKnown(`It called the tool with arguments that do not fit: ${shorten(text ?? "none")}.`);
}

function matchesTool(args: unknown): boolean {
  if (typeof args !== "object" || args === null || !("number" in args)) return false;
  return Number.isInteger(args.number);
}

/** Proved if the last colors named match the image, in order. A wrong answer proves nothing. */
export function judgeVision(
  answer: Answer,
  stripes: readonly string[],
  words: readonly string[],
): Judgement {
  const named =
    answer.text.toLowerCase().match(new RegExp(`\\b(${words.join("|")})\\b`, "g")) ?? [];
  const text = stripes.join(", ");
  if (named.slice(-stripes.length).join() === stripes.join())
    return proved(`It named the stripes of the image: ${text}.`);
  const wrong = `It took the image, but answered ${quoteText(answer)}; the stripes were ${text}.`;
  return judgeTruncated(answer) ?? notKnown(wrong);
}

/** Proved by text in more than one chunk. */
export function judgeStreaming(answer: Answer): Judgement {
  if (answer.pieces > 1) return proved(`The answer came in ${answer.pieces} pieces.`);
  if (answer.pieces === 0) {
    return (
      judgeTruncated(answer) ??
      notKnown("It answered without text, so there was nothing to stream.")
    );
  }
  return notKnown("The answer came in one piece, as it would without streaming.");
}

/** Reasoning counts as output, so a model may use up the limit before the first word. */
function judgeTruncated({ stop_reason, text }: Answer): Judgement | null {
  if (stop_reason === "content_filter")
    return notKnown("The provider's filter held the answer back.");
  if (stop_reason !== "max_tokens" || text !== "") return null;
  return notKnown("It used up its output tokens before it answered.");
}

const quoteText = ({ text }: Answer) =>
  text.trim() === "" ? "nothing" : `"${shorten(text.trim())}"`;

const maxLength = 120;

function shorten(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
