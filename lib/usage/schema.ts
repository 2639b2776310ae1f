import * as z from "zod/mini";
import { UnconfirmedCost } from "@/lib/prices/schema";
import { TooLowReasons } from "@/lib/too-low";
import { usageGroupings } from "./rules/groupings";

const Time = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: "Must be a day such as 2026-11-01 or a time such as 2026-11-01T12:00:00Z",
});
const Key = z.optional(z.string().check(z.maxLength(1024, "At most 1024 characters")));

export const UsageQuery = z.object({
  /** A date starts at midnight UTC. */
  from: z.optional(Time),
  /** A date is included completely. */
  to: z.optional(Time),
  group_by: z._default(
    z.enum(usageGroupings, { error: "Must be provider, model or agent" }),
    "provider",
  ),
  /** Filters by the key of a group. */
  provider: Key,
  model: Key,
  agent: Key,
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const figures = {
  input_tokens: z.number(),
  output_tokens: z.number(),
  /** USD of the priced tokens; null if there are tokens and none is priced. */
  cost_usd: z.nullable(z.number()),
  /** Tokens without a price, whose cost is unknown. */
  unpriced_tokens: z.number(),
  /** The priced tokens whose price at that time is assumed. */
  assumed_tokens: z.number(),
  /** Tokens whose metric lacks the provider or the model, which come from the agent's row instead. */
  derived_tokens: z.number(),
  /**
   * Tokens of agents that no row of AgentRegistry names. They count, because their environment is
   * unknown.
   */
  unregistered_tokens: z.number(),
  /** Why the cost is too low; absent if it isn't. */
  too_low: TooLowReasons,
  ...UnconfirmedCost.shape,
};
export const UsageFigures = z.strictObject(figures);
export type UsageFigures = z.infer<typeof UsageFigures>;

/** One period. Periods without tokens are omitted. */
export const UsagePoint = z.strictObject({
  ...figures,
  /** Start of the period, ISO 8601 UTC. */
  at: z.string(),
});
export type UsagePoint = z.infer<typeof UsagePoint>;

export const UsageGroup = z.strictObject({
  ...figures,
  /** Provider ID, `pk` of the model, or name of the agent; `unknown` without that dimension. */
  key: z.string(),
  name: z.string(),
  series: z.array(UsagePoint),
});
export type UsageGroup = z.infer<typeof UsageGroup>;

/** Usage that is proven to belong to another environment. No total includes it. */
export const OtherEnvironment = z.strictObject({
  environment: z.string(),
  input_tokens: z.number(),
  output_tokens: z.number(),
  /** Names of its agents with usage in the range. */
  agents: z.array(z.string()),
});
export type OtherEnvironment = z.infer<typeof OtherEnvironment>;

export const UsageReport = z.strictObject({
  /** Range of complete periods, `to` excluded; ISO 8601 UTC. */
  from: z.string(),
  to: z.string(),
  period_seconds: z.number(),
  /** When CloudWatch was queried. */
  as_of: z.string(),
  /** Why that isn't now, if CloudWatch failed. */
  stale_because: z.nullable(z.string()),
  total: UsageFigures,
  /** The most expensive first. */
  groups: z.array(UsageGroup),
  /** In the same range, regardless of the filters; the largest first. */
  other_environments: z.array(OtherEnvironment),
});
export type UsageReport = z.infer<typeof UsageReport>;

export const unknownKey = "unknown";
