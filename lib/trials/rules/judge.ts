import type { TrialCell } from "@/lib/trials/schema";

export const defaultJudgePrompt = `You compare two answers of AI agents to the same conversation.
Judge which one does the task better: correct, complete, and as the instructions ask. Length and style count only if the instructions mention them. A call of a tool is an answer too: judge the choice of the tool and its arguments.
Write one line of reasons. Then write one last line with nothing but A, B or SAME.`;

type Choice = "A" | "B" | "SAME";

/** The choice in the judge's last line; null if it contains none. */
export function readChoice(text: string): Choice | null {
  const last = text.trim().split("\n").at(-1) ?? "";
  const choice = /\b(A|B|SAME)\b[^\w]*$/i.exec(last)?.[1]?.toUpperCase();
  return choice === "A" || choice === "B" || choice === "SAME" ? choice : null;
}

/**
 * The verdict on the other model's answer.
 * @param presentFirst the choice when the present model's answer was A
 * @param otherFirst the choice when the other model's answer was A
 */
export function verdictOf(
  presentFirst: Choice | null,
  otherFirst: Choice | null,
): NonNullable<TrialCell["verdict"]> {
  if (presentFirst === "SAME" && otherFirst === "SAME") return "same";
  if (presentFirst === "B" && otherFirst === "A") return "better";
  if (presentFirst === "A" && otherFirst === "B") return "worse";
  return "unclear";
}
