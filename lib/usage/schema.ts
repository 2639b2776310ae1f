import * as z from "zod/mini";
import { usageGroupings } from "./rules/groupings";

const Time = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: "Must be a day such as 2026-11-01 or a time such as 2026-11-01T12:00:00Z",
});
const Key = z.optional(z.string().check(z.maxLength(1024, "At most 1024 characters")));

export const UsageQuery = z.object({
  /** A day is meant from its beginning in UTC. */
  from: z.optional(Time),
  /** A day is meant with all its hours. */
  to: z.optional(Time),
  group_by: z._default(
    z.enum(usageGroupings, { error: "Must be provider, model or agent" }),
    "provider",
  ),
  /** Only what one group of that name holds, by its key. */
  provider: Key,
  model: Key,
  agent: Key,
});
export type UsageQuery = z.infer<typeof UsageQuery>;

const figures = {
  input_tokens: z.number(),
  output_tokens: z.number(),
  /** USD, the priced part; null when there are tokens and none of them is priced. */
  cost_usd: z.nullable(z.number()),
  /** Tokens without a price: their cost is unknown. */
  unpriced_tokens: z.number(),
  /** Of the priced tokens, those whose price at that time is assumed. */
  assumed_tokens: z.number(),
};
export const UsageFigures = z.strictObject(figures);
export type UsageFigures = z.infer<typeof UsageFigures>;

/** One period; periods without tokens are left out. */
export const UsagePoint = z.strictObject({
  ...figures,
  /** When the period begins, ISO 8601 UTC. */
  at: z.string(),
});
export type UsagePoint = z.infer<typeof UsagePoint>;

export const UsageGroup = z.strictObject({
  ...figures,
  /** Provider id, `pk` of the model, or name of the agent; `unknown` without that dimension. */
  key: z.string(),
  name: z.string(),
  series: z.array(UsagePoint),
});
export type UsageGroup = z.infer<typeof UsageGroup>;

export const UsageReport = z.strictObject({
  /** The periods that are counted: `from` on, before `to`; ISO 8601 UTC. */
  from: z.string(),
  to: z.string(),
  period_seconds: z.number(),
  /** When CloudWatch was asked. */
  as_of: z.string(),
  /** Why that is not just now: CloudWatch gives no newer answer. */
  stale_because: z.nullable(z.string()),
  total: UsageFigures,
  /** The most expensive first. */
  groups: z.array(UsageGroup),
});
export type UsageReport = z.infer<typeof UsageReport>;

export const unknownKey = "unknown";
