import type { StatusTone } from "@/components/ui/text/status";
import type { TagTone } from "@/components/ui/text/tag";
import { formatMoney, pluralize } from "@/lib/format";
import { type ModelRecord, modelPk } from "@/lib/models/schema";
import type { CaseSummary } from "@/lib/trials/rules/case-schema";
import { shortfall } from "@/lib/trials/rules/shortfall";
import type {
  ModelKey,
  TargetProblem,
  TargetSummary,
  TrialStatus,
  TrialSummary,
} from "@/lib/trials/schema";
import { formatMonth, formatPart } from "./figure-rows";

export const trialStatusLabels: Record<TrialStatus, { label: string; tone: StatusTone }> = {
  running: { label: "Running", tone: "off" },
  done: { label: "Done", tone: "good" },
  stopped: { label: "Stopped", tone: "warn" },
  limit: { label: "Stopped at the limit", tone: "warn" },
};

export type TargetName = { pk: string; name: string; model: ModelRecord | undefined };

/** The names of a trial's models on screen, in the trial's order. */
export function targetNames(
  { targets }: { targets: readonly ModelKey[] },
  models: readonly ModelRecord[],
): TargetName[] {
  return targets.map((target) => {
    const pk = modelPk(target);
    const model = models.find((registered) => registered.pk === pk);
    return { pk, name: model?.display_name ?? target.model_id, model };
  });
}

/** "$0.012", or "at most $0.012" while the cost of calls in progress is unknown. */
export function describeSpent({ status, spent_usd }: Pick<TrialSummary, "status" | "spent_usd">) {
  const spent = formatMoney(spent_usd, { significantDigits: 3 });
  return status === "running" ? `at most ${spent}` : spent;
}

/** "40 calls, $0.012 of the $1.00 allowed." */
export function describeCalls(
  trial: Pick<TrialSummary, "calls" | "status" | "spent_usd" | "limit_usd">,
) {
  const { calls, limit_usd } = trial;
  return `${pluralize(calls.done, "call")}, ${describeSpent(trial)} of the ${formatMoney(limit_usd)} allowed.`;
}

/** Whether the sent request is known, in one or two sentences. */
export function describeRequest({ assumed_because }: Pick<TrialSummary, "assumed_because">) {
  return assumed_because === null
    ? "The runtime's own request, with the agent's prompt and real tools."
    : `Requests were assumed to be those of a generated state machine. ${assumed_because}`;
}

/** "12 of its own runs", "4 messages", "6 cases of a set" */
export function describeSource({ source, cases }: Pick<TrialSummary, "source" | "cases">): string {
  switch (source) {
    case "runs":
      return `${pluralize(cases, "case")} of its own runs`;
    case "messages":
      return pluralize(cases, "written case");
    case "set":
      return `${pluralize(cases, "case")} of a saved set`;
  }
}

export const caseKinds: Record<CaseSummary["kind"], string> = {
  first_call: "First call",
  after_tool: "After a tool result",
  messages: "Message",
  set: "Case of the set",
};

/** The text of a case for admins, and its source. */
export function describeCase({ kind, title, run_id }: CaseSummary) {
  if (title !== null) return { title, about: run_id === null ? null : caseKinds[kind] };
  return { title: caseKinds[kind], about: run_id === null ? null : `Run ${run_id}` };
}

const problemTags: Record<TargetProblem, { label: string; tone: TagTone }> = {
  failed: { label: "Fails", tone: "bad" },
  other_tool: { label: "Another tool", tone: "warn" },
  invalid_arguments: { label: "Invalid arguments", tone: "warn" },
  expectation_missed: { label: "Misses expectations", tone: "warn" },
  judged_worse: { label: "Judged worse", tone: "warn" },
  unfinished: { label: "Unfinished", tone: "neutral" },
};

/** A model's worst problem as a tag. Only useful beside a present model that finished its cases. */
export function targetTag(
  { is_present, problems, of }: TargetSummary,
  targets: readonly TargetSummary[],
): { label: string; tone: TagTone } | null {
  const [worst] = problems;
  if (is_present) return { label: "Now", tone: "accent" };
  if (worst) return worst === "unfinished" && of === 0 ? null : problemTags[worst];
  const present = targets.find((target) => target.is_present);
  return present && present.of < present.total
    ? { label: "Not compared", tone: "neutral" }
    : { label: "Fits", tone: "good" };
}

/** "12 of 12 answered, same tool 11 of 12" */
function describeFigures({ ok, of, same_tool, same_tool_of }: TargetSummary): string {
  const answered = `${formatPart(ok, of)} answered`;
  if (same_tool_of === 0) return answered;
  return `${answered}, same tool ${formatPart(same_tool, same_tool_of)}`;
}

/** The result of a finished trial in two sentences; null while it is running. */
export function describeResult(
  trial: TrialSummary,
  names: readonly TargetName[],
): { title: string; detail: string; isGood: boolean } | null {
  const { status, offer, targets } = trial;
  if (status === "running") return null;
  const offered = targets.findIndex(
    (target) => offer !== null && modelPk(target) === modelPk(offer),
  );
  const target = targets[offered];
  if (target) {
    return {
      title:
        shortfall(target) === 0
          ? `No problems found with ${names[offered]?.name}.`
          : `${names[offered]?.name} does as well as the present model.`,
      detail: `${describeFigures(target)}. A month, now → then: ${formatMonth(target, targets)}.`,
      isGood: true,
    };
  }
  if (status !== "done") return null;
  return {
    title: "None of them does as well as the present model.",
    detail: "The figures below show where each one falls short.",
    isGood: false,
  };
}
