import * as z from "zod/mini";
import type { SpendFigures } from "@/lib/costs/rules/spend";
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

export type UsageFigures = SpendFigures;

/** One period; periods without tokens are left out. */
export type UsagePoint = UsageFigures & {
  /** When the period begins, ISO 8601 UTC. */
  at: string;
};

export type UsageGroup = UsageFigures & {
  /** Provider id, `pk` of the model, or name of the agent; `unknown` without that dimension. */
  key: string;
  name: string;
  series: UsagePoint[];
};

export type UsageReport = {
  /** The periods that are counted: `from` on, before `to`; ISO 8601 UTC. */
  from: string;
  to: string;
  period_seconds: number;
  /** When CloudWatch was asked. */
  as_of: string;
  /** Why that is not just now: CloudWatch gives no newer answer. */
  stale_because: string | null;
  total: UsageFigures;
  /** The most expensive first. */
  groups: UsageGroup[];
};

export const unknownKey = "unknown";
