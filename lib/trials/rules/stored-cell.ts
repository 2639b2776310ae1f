import type { CallPriceNotes } from "@/lib/costs/schema";
import type { OtherPrice } from "@/lib/prices/rules/price-doubts";
import type { ExplainedFailure } from "@/lib/runs/schema";
import type { ModelKey, TrialCell } from "@/lib/trials/schema";

/** A model of a trial as the head stores it. */
export type StoredTarget = ModelKey & {
  is_present: boolean;
  /** The machine's timeout for this provider, in milliseconds. */
  timeout_ms: number;
  /** USD a month for the agent's own usage: the cost of all input tokens, and of all output tokens. */
  monthly: {
    input_usd: number;
    output_usd: number;
    /** Whose prices these are; absent if they are the model's own. */
    input_at?: OtherPrice;
    output_at?: OtherPrice;
  } | null;
  /**
   * Digest of everything sent besides a case's messages, to detect a change before a trial is
   * resumed.
   */
  digest: string;
  /** Whether its calls are priced, so that the limit can be enforced. */
  is_priced: boolean;
};

/** The figures of a cell as its row stores them. Texts are stored separately. */
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
  /** The prices that its cost is based on. */
  prices: CallPriceNotes;
  /** Error and state of the run's failure. Its cause is stored with the texts. */
  failed_with: { error: string; state: string | null } | null;
  explained: ExplainedFailure | null;
  /** The maximum cost of a call in progress; null if there is none. */
  sent_usd: number | null;
  /** The sender of that call, which holds the trial's lease. */
  sender: string | null;
  /** The maximum cost of calls whose answers were lost in a crash. */
  lost_usd: number;
};

/** A cell whose model isn't called yet. */
export const pendingCell = (index: number, target: number): StoredCell => ({
  case: index,
  target,
  outcome: "pending",
  stop_reason: null,
  tools: [],
  arguments_valid: null,
  expectations_met: null,
  latency_ms: null,
  timed_out: false,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
  prices: {},
  verdict: null,
  judge_cost_usd: null,
  simulated: false,
  failed_with: null,
  explained: null,
  sent_usd: null,
  sender: null,
  lost_usd: 0,
});
