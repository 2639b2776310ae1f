import * as z from "zod/mini";
import { Message, ToolCall } from "@/lib/completions/schema";
import { CallPriceNotes } from "@/lib/costs/schema";
import { ModelId } from "@/lib/models/schema";
import { UnconfirmedCost } from "@/lib/prices/schema";
import { ExplainedFailure } from "@/lib/runs/schema";
import { RunFailure } from "@/lib/runtime/schema";
import { TooLowReasons } from "@/lib/too-low";
import { CaseSource, CaseSummary, Expectation, LastRuns } from "./rules/case-schema";
import { defaultLimitUsd, maxAgents, maxLimitUsd, maxOtherTargets } from "./rules/limits";

const count = z.int();
const tokens = z.nullable(z.number());
const usd = z.nullable(z.number());
const ms = z.nullable(z.number());

const ModelKey = z.strictObject({
  provider: z.string({ error: "Name the provider" }).check(z.minLength(1, "Name the provider")),
  model_id: ModelId,
});
export type ModelKey = z.infer<typeof ModelKey>;

/** A model that compares two answers without knowing which model gave them. */
export const JudgeRequest = z.strictObject({
  ...ModelKey.shape,
  /** Replaces the default instructions. */
  prompt: z.optional(
    z
      .string({ error: "Must be text" })
      .check(z.trim(), z.minLength(1, "Write instructions"), z.maxLength(20_000)),
  ),
});
export type JudgeRequest = z.infer<typeof JudgeRequest>;

const others = z.array(ModelKey, { error: "Must be a list of models" }).check(
  z.minLength(1, "Choose a model"),
  // The present model may be listed too.
  z.maxLength(maxOtherTargets + 1, `At most ${maxOtherTargets} models beside the present one`),
);

const limit = z._default(
  z
    .number({ error: "Must be a number" })
    .check(z.gt(0, "Must be more than 0"), z.lte(maxLimitUsd, `At most ${maxLimitUsd}`)),
  defaultLimitUsd,
);

export const TrialRequest = z.strictObject({
  /** The present model is always added. */
  targets: others,
  cases: CaseSource,
  limit_usd: limit,
  judge: z.optional(JudgeRequest),
});
export type TrialRequest = z.infer<typeof TrialRequest>;

export const TrialResume = z.strictObject({
  /** A new limit for the entire trial, including what is already spent. */
  limit_usd: z.optional(
    z
      .number({ error: "Must be a number" })
      .check(z.gt(0, "Must be more than 0"), z.lte(maxLimitUsd, `At most ${maxLimitUsd}`)),
  ),
});
export type TrialResume = z.infer<typeof TrialResume>;

export const StartedTrial = z.strictObject({ id: z.string() });
export type StartedTrial = z.infer<typeof StartedTrial>;

export const TargetEstimate = z.strictObject({
  ...ModelKey.shape,
  is_present: z.boolean(),
  /** USD; null without a price. */
  expected_usd: usd,
  /** USD if every answer uses the runtime's entire output limit. */
  max_usd: usd,
  /** USD of the most expensive call. The limit must leave room for it. */
  max_call_usd: usd,
});
export type TargetEstimate = z.infer<typeof TargetEstimate>;

/** What a trial would do. Sends nothing. */
export const TrialEstimate = z.strictObject({
  cases: z.array(CaseSummary),
  /** Model calls, including those of the judge. */
  calls: count,
  targets: z.array(TargetEstimate),
  judge_expected_usd: usd,
  /** USD of everything that is priced. */
  expected_usd: z.number(),
  max_usd: z.number(),
  limit_usd: z.number(),
  /** What was left out or is unknown. */
  notes: z.array(z.string()),
  /** The judge's default instructions, to edit. */
  judge_prompt: z.string(),
});
export type TrialEstimate = z.infer<typeof TrialEstimate>;

/** `limit`: the next call could have cost more than was left. */
export const trialStatuses = ["running", "done", "stopped", "limit"] as const;
export const TrialStatus = z.enum(trialStatuses);
export type TrialStatus = z.infer<typeof TrialStatus>;

export const cellOutcomes = ["pending", "answered", "failed"] as const;
/** The judge's preference in both orders; `unclear` if they disagree. */
export const verdicts = ["better", "same", "worse", "unclear"] as const;

/** One case on one model. */
export const TrialCell = z.strictObject({
  case: count,
  /** The index of the target. */
  target: count,
  outcome: z.enum(cellOutcomes),
  stop_reason: z.nullable(z.string()),
  /** For admins; null once deleted. */
  text: z.nullable(z.string()),
  /** For admins; null once deleted. */
  tool_calls: z.nullable(z.array(ToolCall)),
  /** Names of the called tools, in order. */
  tools: z.array(z.string()),
  /** Null if no tool was called. */
  arguments_valid: z.nullable(z.boolean()),
  /** Why the arguments aren't valid, for admins. */
  arguments_errors: z.nullable(z.array(z.string())),
  /** Whether the tools are the present model's; null if either failed. */
  same_tool: z.nullable(z.boolean()),
  /** Whether the tools are the recorded run's; null if nothing was recorded. */
  same_as_run: z.nullable(z.boolean()),
  /** Null without expectations. */
  expectations_met: z.nullable(z.boolean()),
  latency_ms: ms,
  /** Whether it exceeded the machine's timeout. */
  timed_out: z.boolean(),
  input_tokens: tokens,
  output_tokens: tokens,
  cost_usd: usd,
  ...CallPriceNotes.shape,
  /** How the run would fail. The provider's message is only for admins. */
  would_fail_with: z.nullable(RunFailure),
  explained: z.nullable(ExplainedFailure),
  /** Null unless a judge has compared it with the present model's answer. */
  verdict: z.nullable(z.enum(verdicts)),
  judge_cost_usd: usd,
  simulated: z.boolean(),
});
export type TrialCell = z.infer<typeof TrialCell>;

export const targetProblems = [
  "failed",
  "other_tool",
  "invalid_arguments",
  "expectation_missed",
  "judged_worse",
  "unfinished",
] as const;
export type TargetProblem = (typeof targetProblems)[number];

/** Counts over the finished cells of one model; no percentages under ten cases. */
export const TargetSummary = z.strictObject({
  ...ModelKey.shape,
  is_present: z.boolean(),
  /** Cells whose run continues. */
  ok: count,
  /** Finished cells. */
  of: count,
  /** All cells. */
  total: count,
  /** Cells with the present model's tools, of those that can be compared. */
  same_tool: count,
  same_tool_of: count,
  same_as_run: count,
  same_as_run_of: count,
  arguments_valid: count,
  arguments_valid_of: count,
  expectations_met: count,
  expectations_met_of: count,
  /** The judge's counts; null without a judge. */
  judged: z.nullable(z.strictObject({ better: count, same: count, worse: count, unclear: count })),
  median_ms: ms,
  p95_ms: ms,
  /** The machine's timeout. */
  timeout_ms: ms,
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_usd: usd,
  cost_per_call_usd: usd,
  /** The notes of all its calls. */
  ...CallPriceNotes.shape,
  /** USD a month for the agent's own usage, with this model's tokens per call. */
  monthly_cost_usd: usd,
  /** Of `monthly_cost_usd`. */
  ...UnconfirmedCost.shape,
  /** Why the cost is too low; absent if it isn't. */
  too_low: TooLowReasons,
  /** Why a switch to it isn't offered. Empty if it is as good as the present model. */
  problems: z.array(z.enum(targetProblems)),
});
export type TargetSummary = z.infer<typeof TargetSummary>;

/** A trial in a list, with figures only. */
export const TrialSummary = z.strictObject({
  id: z.string(),
  agent_name: z.string(),
  version: z.string(),
  /** Shared by the trials of one bulk switch. */
  batch: z.nullable(z.string()),
  status: TrialStatus,
  /** What is missing, and why; null if nothing is. */
  missing: z.nullable(z.string()),
  created_at: z.string(),
  created_by: z.string(),
  finished_at: z.nullable(z.string()),
  limit_usd: z.number(),
  /** USD spent, with lost calls counted at their maximum. */
  spent_usd: z.number(),
  /** Cases, and what they are. */
  cases: count,
  /** The number of distinct runs that they come from; 0 for other cases. */
  runs: count,
  source: z.enum(["runs", "messages", "set"]),
  /** Why the request is assumed; null if it comes from the machine's definition. */
  assumed_because: z.nullable(z.string()),
  calls: z.strictObject({ total: count, done: count }),
  targets: z.array(TargetSummary),
  /** The best model without problems, the cheapest of equals; null if there is none. */
  offer: z.nullable(ModelKey),
  judge: z.nullable(z.strictObject({ ...ModelKey.shape, prompt: z.nullable(z.string()) })),
  /** When texts are deleted automatically, and when someone deleted them. */
  texts_until: z.string(),
  texts_deleted_at: z.nullable(z.string()),
});
export type TrialSummary = z.infer<typeof TrialSummary>;

export const TrialList = z.strictObject({ trials: z.array(TrialSummary) });
export type TrialList = z.infer<typeof TrialList>;

export const Trial = z.strictObject({
  ...TrialSummary.shape,
  case_list: z.array(CaseSummary),
  /** In the order of cases, then of targets. */
  cells: z.array(TrialCell),
});
export type Trial = z.infer<typeof Trial>;

/** One case with its texts and the answers of every model. */
export const TrialCaseDetails = z.strictObject({
  ...CaseSummary.shape,
  /** Null once the texts are deleted. */
  messages: z.nullable(z.array(Message)),
  expect: z.nullable(Expectation),
  /** The run's recorded answer; null if nothing was recorded. */
  recorded: z.nullable(
    z.strictObject({
      provider: z.nullable(z.string()),
      model_id: z.nullable(z.string()),
      text: z.string(),
      tool_calls: z.array(ToolCall),
      input_tokens: tokens,
      output_tokens: tokens,
      latency_ms: ms,
    }),
  ),
  cells: z.array(TrialCell),
});
export type TrialCaseDetails = z.infer<typeof TrialCaseDetails>;

/** Tries several agents on one model, each on its own last runs. */
export const BatchRequest = z.strictObject({
  agents: z
    .array(
      z.strictObject({
        agent_name: z.string({ error: "Name the agent" }).check(z.minLength(1, "Name the agent")),
        version: z.string({ error: "Name the version" }).check(z.minLength(1, "Name the version")),
      }),
      { error: "Must be a list of agents" },
    )
    .check(
      z.minLength(1, "Choose an agent"),
      z.maxLength(maxAgents, `At most ${maxAgents} agents`),
    ),
  to: ModelKey,
  last_runs: z._default(LastRuns.shape.last_runs, 3),
  /** For all of them together. Each agent gets an equal share. */
  limit_usd: limit,
});
export type BatchRequest = z.infer<typeof BatchRequest>;

export const Batch = z.strictObject({
  batch: z.string(),
  agents: z.array(
    z.strictObject({
      agent_name: z.string(),
      version: z.string(),
      /** Why the agent isn't tried; null if it is. */
      message: z.nullable(z.string()),
      trial: z.nullable(TrialSummary),
      /** Whether the new model does worse than the present one; null until known. */
      worse: z.nullable(z.boolean()),
    }),
  ),
});
export type Batch = z.infer<typeof Batch>;
