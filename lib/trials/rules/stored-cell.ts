import type { ExplainedFailure } from "@/lib/runs/schema";
import type { ModelKey, TrialCell } from "@/lib/trials/schema";

/** One of a trial's models as its head holds it. */
export type StoredTarget = ModelKey & {
  is_present: boolean;
  /** The machine's timeout for this provider, in milliseconds. */
  timeout_ms: number;
  /** USD a month on the agent's own usage: all of its input tokens, all of its output tokens. */
  monthly: { input_usd: number; output_usd: number } | null;
  /** Of all that is sent beside a case's messages, to notice a change before a trial is resumed. */
  digest: string;
};

/** The figures of a cell as its row holds them; texts are stored apart. */
export type StoredCell = Pick<
  TrialCell,
  | "case"
  | "target"
  | "outcome"
  | "stop_reason"
  | "tools"
  | "arguments_valid"
  | "expectations_met"
  | "latency_ms"
  | "timed_out"
  | "input_tokens"
  | "output_tokens"
  | "cost_usd"
  | "verdict"
  | "judge_cost_usd"
  | "simulated"
> & {
  /** Error and state of the run's failure; its cause is a text. */
  failed_with: { error: string; state: string | null } | null;
  explained: ExplainedFailure | null;
  /** What a call in progress may cost at most; null when none is. */
  sent_usd: number | null;
  /** What calls may have cost whose answers were lost in a crash. */
  lost_usd: number;
};
