import * as z from "zod/mini";
import { UnconfirmedCost } from "@/lib/prices/schema";
import { TooLowReasons } from "@/lib/too-low";
import { UsageQuery } from "@/lib/usage/schema";
import { verdicts } from "./rules/verdict";

export const HealthQuery = z.pick(UsageQuery, { from: true, to: true });
export type HealthQuery = z.infer<typeof HealthQuery>;

export const runChangeKinds = ["switch", "prompt", "outside"] as const;

/** A period with runs. Periods without runs are omitted. */
export const RunPoint = z.strictObject({
  /** Start of the period, ISO 8601 UTC. */
  at: z.string(),
  started: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  timed_out: z.number(),
  /** Runs that someone stopped. They count neither as succeeded nor as failed. */
  aborted: z.number(),
});
export type RunPoint = z.infer<typeof RunPoint>;

/** A change of the agent's model or prompt. */
export const RunChange = z.strictObject({
  at: z.string(),
  event_id: z.string(),
  kind: z.enum(runChangeKinds),
  what: z.string(),
});
export type RunChange = z.infer<typeof RunChange>;

const ModelName = z.strictObject({
  provider: z.nullable(z.string()),
  model_id: z.nullable(z.string()),
});

export const RunSide = z.strictObject({
  /** Start of this side's period, ISO 8601 UTC. */
  from: z.string(),
  /** Succeeded, failed and timed out. */
  runs: z.number(),
  /** Failed and timed out. */
  failed: z.number(),
  median_ms: z.nullable(z.number()),
  /** USD; null if the tokens or a price are unknown. */
  cost_per_run_usd: z.nullable(z.number()),
  /** Of `cost_per_run_usd`. */
  ...UnconfirmedCost.shape,
});
export type RunSide = z.infer<typeof RunSide>;

export const SinceSwitch = z.strictObject({
  at: z.string(),
  event_id: z.string(),
  from: ModelName,
  to: ModelName,
  /** The 30 days before the switch, or less if there was another switch; null if unknown. */
  before: z.nullable(RunSide),
  after: z.nullable(RunSide),
  verdict: z.nullable(z.enum(verdicts)),
});
export type SinceSwitch = z.infer<typeof SinceSwitch>;

export const AgentHealth = z.strictObject({
  /** Range of complete periods, `to` excluded; ISO 8601 UTC. */
  from: z.string(),
  to: z.string(),
  period_seconds: z.number(),
  /** When CloudWatch was queried; null if it gave no figures. */
  as_of: z.nullable(z.string()),
  series: z.array(RunPoint),
  changes: z.array(RunChange),
  /** The last change of provider or model; null if there is none. */
  since_switch: z.nullable(SinceSwitch),
  /** Remarks on these figures, such as what is missing, as sentences. */
  notes: z.array(z.string()),
});
export type AgentHealth = z.infer<typeof AgentHealth>;

/** An agent's runs of the last 24 hours. */
export const RecentRuns = z.strictObject({
  agent_name: z.string(),
  version: z.string(),
  /**
   * When the last run started: accurate to 5 minutes, or an hour if it is older than a day. With
   * more than 170 agents, accurate to an hour, or a day.
   */
  last_run_at: z.nullable(z.string()),
  /** Succeeded, failed and timed out. */
  runs: z.number(),
  failed: z.number(),
});
export type RecentRuns = z.infer<typeof RecentRuns>;

export const RecentRunsList = z.strictObject({
  as_of: z.string(),
  /** Why CloudWatch returned no figures at all; null if it did. */
  unread: z.nullable(z.string()),
  agents: z.array(RecentRuns),
  /** Agents without figures, and the reasons. */
  unknown: z.array(
    z.strictObject({ agent_name: z.string(), version: z.string(), why: z.string() }),
  ),
  /** Agents whose figures include other agents' runs, and the reasons. */
  shared: z.array(z.strictObject({ agent_name: z.string(), version: z.string(), why: z.string() })),
});
export type RecentRunsList = z.infer<typeof RecentRunsList>;

export const RunCost = z.strictObject({
  /** Name of the agent, or `pk` of the model. */
  key: z.string(),
  /** Runs that ended: succeeded, failed and timed out. */
  runs: z.number(),
  /** USD; null if the tokens or a price are unknown. */
  cost_per_run_usd: z.nullable(z.number()),
  /** Why the cost is too low; absent if it isn't. */
  too_low: TooLowReasons,
  /** Of `cost_per_run_usd`. */
  ...UnconfirmedCost.shape,
});
export type RunCost = z.infer<typeof RunCost>;

export const RunCosts = z.strictObject({
  /** Range of complete periods, `to` excluded; ISO 8601 UTC. */
  from: z.string(),
  to: z.string(),
  agents: z.array(RunCost),
  /** Only from periods in which an agent used a single model. */
  models: z.array(RunCost),
  /** Why these figures are missing or older; null if they aren't. */
  unread: z.nullable(z.string()),
});
export type RunCosts = z.infer<typeof RunCosts>;

/** An agent whose runs currently fail, for the checks. */
export type FailingAgent = {
  agent_name: string;
  version: string;
  /** Of the last 24 hours. */
  runs: number;
  failed: number;
  /** Why other agents' runs are included; null if they aren't. */
  shared: string | null;
  /** The latest failure; null if Step Functions has no details. */
  latest: { at: string; title: string; fix: string } | null;
  /** Set if the agent has failed since its last switch and didn't before. */
  since_switch: SinceSwitch | null;
};
