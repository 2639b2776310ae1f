import type { CapabilityVerdict } from "@/lib/capabilities/schema";
import type { ToolCall } from "@/lib/completions/schema";

/** What a model has answered to the question of a probe. */
export type Answer = {
  text: string;
  calls: ToolCall[];
  /** In how many pieces the text came. */
  pieces: number;
  stop_reason: string;
};

export type Judgement = { verdict: CapabilityVerdict; detail: string };

const proved = (detail: string): Judgement => ({ verdict: "proved", detail });
const notKnown = (detail: string): Judgement => ({ verdict: "not_known", detail });

/** Proved by a call of the tool whose arguments fit its schema: one whole number. */
export function judgeTools(answer: Answer, toolName: string): Judgement {
  const call = answer.calls.find(({ name }) => name === toolName);
  if (!call) {
    const instead = answer.calls[0];
    if (instead) return notKnown(`It called "${instead.name}", which it was not given.`);
    return cutOff(answer) ?? notKnown(`It answered with text instead of a call: ${said(answer)}.`);
  }
  const shown = JSON.stringify(call.arguments);
  if (fitsTool(call.arguments)) return proved(`It called the tool with ${shown}.`);
  return notKnown(`It called the tool with arguments that do not fit: ${brief(shown ?? "none")}.`);
}

function fitsTool(given: unknown): boolean {
  if (typeof given !== "object" || given === null || !("number" in given)) return false;
  return Number.isInteger(given.number);
}

/**
 * Proved when the last colours that the answer names are those of the picture, in their order; a
 * wrong answer proves nothing.
 */
export function judgeVision(
  answer: Answer,
  stripes: readonly string[],
  words: readonly string[],
): Judgement {
  const named =
    answer.text.toLowerCase().match(new RegExp(`\\b(${words.join("|")})\\b`, "g")) ?? [];
  const shown = stripes.join(", ");
  if (named.slice(-stripes.length).join() === stripes.join())
    return proved(`It named the stripes of the image: ${shown}.`);
  const wrong = `It took the image, but answered ${said(answer)}; the stripes were ${shown}.`;
  return cutOff(answer) ?? notKnown(wrong);
}

/** Proved by a text that came in more than one piece. */
export function judgeStreaming(answer: Answer): Judgement {
  if (answer.pieces > 1) return proved(`The answer came in ${answer.pieces} pieces.`);
  if (answer.pieces === 0) {
    return cutOff(answer) ?? notKnown("It answered without text, so there was nothing to stream.");
  }
  return notKnown("The answer came in one piece, as it would without streaming.");
}

/** Reasoning counts as output: a model may spend all of it before the first word. */
function cutOff({ stop_reason, text }: Answer): Judgement | null {
  if (stop_reason === "content_filter")
    return notKnown("The provider's filter held the answer back.");
  if (stop_reason !== "max_tokens" || text !== "") return null;
  return notKnown("It used up its output tokens before it answered.");
}

const said = ({ text }: Answer) => (text.trim() === "" ? "nothing" : `"${brief(text.trim())}"`);

const longest = 120;

function brief(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
