import type { StatusTone } from "@/components/ui/text/status";
import type { Batch } from "@/lib/trials/schema";
import { formatPart } from "./figure-rows";

/** The result of trying an agent before a bulk switch. */
export function describeTry({ message, trial, worse }: Batch["agents"][number]): {
  tone: StatusTone;
  text: string;
} {
  if (trial === null) return { tone: "off", text: `Not tried: ${message ?? "no cases"}` };
  const { calls, targets, missing } = trial;
  if (trial.status === "running") {
    return { tone: "off", text: `Being tried: ${calls.done} of ${calls.total} calls` };
  }
  const present = targets.find(({ is_present }) => is_present);
  const next = targets.find(({ is_present }) => !is_present);
  if (!present || !next) return { tone: "off", text: missing ?? "Not tried" };
  const answered = `${formatPart(next.ok, next.of)} answered, now ${formatPart(present.ok, present.of)}`;
  const tool =
    next.same_tool_of > 0 ? `, same tool ${formatPart(next.same_tool, next.same_tool_of)}` : "";
  const figures = `${answered}${tool}`;
  if (worse === null) return { tone: "off", text: `Not finished: ${figures}` };
  return worse
    ? { tone: "warn", text: `Worse on its last runs: ${figures}` }
    : { tone: "good", text: `As good on its last runs: ${figures}` };
}
