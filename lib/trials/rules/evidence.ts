import { pluralize } from "@/lib/format";
import type { TargetSummary, TrialSummary } from "@/lib/trials/schema";

type Tried = Pick<TrialSummary, "source" | "cases" | "runs">;

/** "tried on 12 of its own runs: 12 answered, same tool 11" */
export function describeEvidence(trial: Tried, target: TargetSummary): string {
  return `tried on ${casesOf(trial)}: ${outcomeOf(target)}`;
}

function casesOf({ source, cases, runs }: Tried): string {
  switch (source) {
    case "runs":
      return cases === runs
        ? `${cases} of its own runs`
        : `${pluralize(cases, "call")} of ${runs} of its own runs`;
    case "messages":
      return pluralize(cases, "written case");
    case "set":
      return `${pluralize(cases, "case")} of a saved set`;
  }
}

/** Mentions only weaknesses that the model showed. */
function outcomeOf(target: TargetSummary): string {
  const { ok, of, total, is_present, same_tool, same_tool_of, judged } = target;
  const counts: [count: number, text: (count: number) => string][] = [
    [of - ok, (count) => `${count} failed`],
    [
      is_present ? 0 : same_tool_of,
      (count) => `same tool ${same_tool}${count === ok ? "" : ` of ${count}`}`,
    ],
    [
      target.arguments_valid_of - target.arguments_valid,
      (count) => `invalid arguments in ${count}`,
    ],
    [
      target.expectations_met_of - target.expectations_met,
      (count) => `expectations missed in ${count}`,
    ],
    [judged?.worse ?? 0, (count) => `judged worse in ${count}`],
    [total - of, (count) => `${count} not sent`],
  ];
  const parts = counts.flatMap(([count, text]) => (count > 0 ? text(count) : []));
  return [`${ok} answered`, ...parts].join(", ");
}
