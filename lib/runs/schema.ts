import * as z from "zod/mini";
import { CallPriceNotes } from "@/lib/costs/schema";

/** Step Functions' statuses, in the console's spelling. */
export const runStatuses = [
  "running",
  "succeeded",
  "failed",
  "timed_out",
  "aborted",
  "pending_redrive",
] as const;
export type RunStatus = (typeof runStatuses)[number];

const tokens = z.nullable(z.int());
const usd = z.nullable(z.number());

/** A failure in plain words, with the same `code` as in "Why did a run fail?". */
export const ExplainedFailure = z.strictObject({
  code: z.string(),
  title: z.string(),
  fix: z.string(),
});
export type ExplainedFailure = z.infer<typeof ExplainedFailure>;

/** A task that waits for an answer from outside. */
export const Waiting = z.strictObject({
  state: z.string(),
  /** The activity or queue whose workers answer. */
  activity: z.string(),
  /** The tool that needs approval. */
  tool: z.nullable(z.string()),
  since: z.string(),
});
export type Waiting = z.infer<typeof Waiting>;

export const Run = z.strictObject({
  /** The execution's name. */
  id: z.string(),
  arn: z.string(),
  status: z.enum(runStatuses),
  /** ISO 8601 UTC. */
  started_at: z.string(),
  stopped_at: z.nullable(z.string()),
  duration_ms: z.nullable(z.int()),
  redrive_count: z.int(),
  /** From the last model call; null before one, or if the history doesn't say. */
  provider: z.nullable(z.string()),
  model_id: z.nullable(z.string()),
  /** Sums over the model calls, as the runtime counts them; null if one is unknown. */
  input_tokens: tokens,
  output_tokens: tokens,
  cost_usd: usd,
  /** The notes of all its model calls. */
  ...CallPriceNotes.shape,
  /** Why model, tokens or cost are unknown; null if they aren't. */
  missing: z.nullable(z.string()),
  /** The tokens that the runtime doesn't count, so that the cost is too low. */
  too_low: z.nullable(z.string()),
  waiting: z.nullable(Waiting),
  error: z.nullable(z.string()),
  /** Only for admins: it may quote what people wrote. */
  cause: z.nullable(z.string()),
  explained: z.nullable(ExplainedFailure),
});
export type Run = z.infer<typeof Run>;

/** Why the machine's runs can't be listed. */
export const RunsUnavailable = z.strictObject({
  code: z.enum([
    "no_machine",
    "deleted",
    "express",
    "other_account",
    "not_permitted",
    "encrypted",
    "never_read",
    "throttled",
    "not_read",
  ]),
  why: z.string(),
  /** The policy statement to add. */
  statement: z.nullable(z.string()),
});
export type RunsUnavailable = z.infer<typeof RunsUnavailable>;

export const RunList = z.strictObject({
  /** Newest first. */
  runs: z.array(Run),
  /** For the next page; null on the last page. */
  cursor: z.nullable(z.string()),
  unavailable: z.nullable(RunsUnavailable),
  /** What this answer lacks, such as histories that AWS didn't return. */
  notes: z.array(z.string()),
  /** Whether the console may start and stop runs (ALLOW_RUNS). */
  can_start: z.boolean(),
  /** The machine in the AWS console; null without one. */
  console_url: z.nullable(z.string()),
});
export type RunList = z.infer<typeof RunList>;

export const stepStatuses = ["running", "succeeded", "failed", "caught", "stopped"] as const;

export const RunStep = z.strictObject({
  state: z.string(),
  /** Such as Task, Pass, Map or Choice. */
  type: z.string(),
  /** `caught`: it failed and the machine continued; `stopped`: the run ended first. */
  status: z.enum(stepStatuses),
  entered_at: z.string(),
  exited_at: z.nullable(z.string()),
  /** The number of enclosing Map and Parallel states. */
  depth: z.int(),
  error: z.nullable(z.string()),
  /** Only for admins, like the following texts. */
  cause: z.nullable(z.string()),
  /** JSON as text, cut if it is long. */
  input: z.nullable(z.string()),
  output: z.nullable(z.string()),
});
export type RunStep = z.infer<typeof RunStep>;

export const RunPart = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string() }),
  z.strictObject({
    type: z.literal("tool_call"),
    id: z.string(),
    name: z.string(),
    /** JSON as text. */
    arguments: z.string(),
  }),
  z.strictObject({
    type: z.literal("tool_result"),
    id: z.string(),
    content: z.string(),
  }),
  /** Other content, such as an image, as JSON. */
  z.strictObject({ type: z.literal("other"), json: z.string() }),
]);
export type RunPart = z.infer<typeof RunPart>;

export const RunMessage = z.strictObject({ role: z.string(), parts: z.array(RunPart) });
export type RunMessage = z.infer<typeof RunMessage>;

export const ModelCall = z.strictObject({
  provider: z.nullable(z.string()),
  model_id: z.nullable(z.string()),
  input_tokens: tokens,
  output_tokens: tokens,
  cost_usd: usd,
  ...CallPriceNotes.shape,
  latency_ms: z.nullable(z.number()),
  at: z.string(),
  stop_reason: z.nullable(z.string()),
  failed: z.boolean(),
});
export type ModelCall = z.infer<typeof ModelCall>;

export const RunDetails = z.strictObject({
  ...Run.shape,
  steps: z.array(RunStep),
  /** Empty for viewers. */
  messages: z.array(RunMessage),
  model_calls: z.array(ModelCall),
  /** JSON as text, for admins only. */
  input: z.nullable(z.string()),
  output: z.nullable(z.string()),
  can_start: z.boolean(),
  console_url: z.string(),
});
export type RunDetails = z.infer<typeof RunDetails>;

export const RunFilter = z.object({
  status: z.optional(
    z.pipe(
      z.string().check(z.toLowerCase()),
      z.enum(runStatuses, { error: `Must be one of ${runStatuses.join(", ")}` }),
    ),
  ),
  cursor: z.optional(z.string().check(z.maxLength(4_096))),
  /** An execution's name or ARN, or the beginning of a name, which is searched on the newest pages. */
  q: z.optional(z.string().check(z.trim(), z.maxLength(512))),
});
export type RunFilter = z.infer<typeof RunFilter>;

const maxMessageLength = 100_000;

export const RunWithMessage = z.strictObject({
  message: z
    .string({ error: "Write a message" })
    .check(
      z.trim(),
      z.minLength(1, "Write a message"),
      z.maxLength(maxMessageLength, "At most 100,000 characters"),
    ),
});
export type RunWithMessage = z.infer<typeof RunWithMessage>;

export const RunStart = z.union(
  [
    RunWithMessage,
    /** The ID of a run whose input is reused. */
    z.strictObject({ rerun: z.string({ error: "Name the run" }).check(z.minLength(1)) }),
  ],
  { error: "Send a message, or the run to repeat" },
);
export type RunStart = z.infer<typeof RunStart>;

export const StartedRun = z.strictObject({ id: z.string() });
export type StartedRun = z.infer<typeof StartedRun>;
