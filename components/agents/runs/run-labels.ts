import type { StatusTone } from "@/components/ui/text/status";
import { formatCount, formatDuration, formatMoney } from "@/lib/format";
import type { Run, RunStatus, RunStep, RunsUnavailable } from "@/lib/runs/schema";
import { isInProgress } from "./queries";

type Label = { label: string; tone: StatusTone };

export const runStatusLabels: Record<RunStatus, Label> = {
  running: { label: "Running", tone: "off" },
  succeeded: { label: "Succeeded", tone: "good" },
  failed: { label: "Failed", tone: "bad" },
  timed_out: { label: "Timed out", tone: "bad" },
  aborted: { label: "Aborted", tone: "warn" },
  pending_redrive: { label: "Redrive pending", tone: "off" },
};

export const stepStatusLabels: Record<RunStep["status"], Label> = {
  running: { label: "running", tone: "off" },
  succeeded: { label: "succeeded", tone: "good" },
  failed: { label: "failed", tone: "bad" },
  caught: { label: "failed and caught", tone: "warn" },
  stopped: { label: "not finished", tone: "warn" },
};

export const unavailableTitles: Record<RunsUnavailable["code"], string> = {
  no_machine: "This agent has no state machine",
  deleted: "Its state machine was deleted",
  express: "Express state machines keep no list of runs",
  other_account: "Its state machine is in another AWS account",
  not_permitted: "The console isn't allowed to list its runs",
  encrypted: "Its runs are encrypted with a key the console can't use",
  never_read: "These runs belong to another version",
  throttled: "AWS is throttling requests",
  not_read: "The runs couldn't be read",
};

/** A run's duration; the time so far while it's in progress. @param now milliseconds since 1970 */
export function formatRunDuration(
  run: Pick<Run, "started_at" | "duration_ms" | "status">,
  now: number,
) {
  if (run.duration_ms !== null) return formatDuration(run.duration_ms);
  if (!isInProgress(run.status)) return "not recorded";
  return formatDuration(Math.max(0, now - Date.parse(run.started_at)));
}

type Figures = Pick<
  Run,
  "status" | "provider" | "model_id" | "input_tokens" | "output_tokens" | "cost_usd" | "missing"
>;

/** Shown instead of an unknown figure. */
function placeholder({ status, missing, model_id }: Figures): string {
  if (missing !== null) return "not recorded";
  return isInProgress(status) || model_id !== null ? "–" : "none";
}

/** Model, tokens and cost as text; "none" if no model was called. */
export function formatRunFigures(run: Figures) {
  const { model_id, input_tokens, output_tokens, cost_usd } = run;
  const instead = placeholder(run);
  const count = (tokens: number | null) => (tokens === null ? instead : formatCount(tokens));
  const isUnpriced = cost_usd === null && input_tokens !== null;
  return {
    model: model_id ?? instead,
    input: count(input_tokens),
    output: count(output_tokens),
    cost:
      cost_usd !== null || isUnpriced ? formatMoney(cost_usd, { significantDigits: 3 }) : instead,
  };
}
