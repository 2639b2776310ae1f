import * as z from "zod/mini";
import { UnconfirmedCost } from "@/lib/prices/schema";
import { isProviderId } from "@/lib/providers/schema";
import { TooLowReasons } from "@/lib/too-low";
import { usageGroupings } from "@/lib/usage/rules/groupings";

/** The group of usage that a budget limits. */
const budgetOf = {
  scope: z.enum(usageGroupings),
  /** The provider ID, the model's `pk` or the agent's name. */
  key: z.string(),
};
const BudgetScope = z.strictObject(budgetOf);
export type BudgetScope = z.infer<typeof BudgetScope>;

const maxUsd = 1_000_000_000;

/** Valid values of a dimension (API reference, Dimension). */
const printable = /^[\x20-\x7e]*$/;

export const BudgetChange = z
  .strictObject({
    scope: z.enum(usageGroupings, { error: "Must be provider, model or agent" }),
    key: z
      .string({ error: "Name what the budget is of" })
      .check(
        z.trim(),
        z.minLength(1, "Name what the budget is of"),
        z.maxLength(700, "At most 700 characters"),
        z.regex(printable, "Only printable ASCII: CloudWatch takes no other names"),
      ),
    /** USD a month in UTC; null removes the budget. */
    monthly_usd: z.nullable(
      z
        .number({ error: "Must be an amount in USD" })
        .check(z.gte(0.01, "At least $0.01"), z.lte(maxUsd, "At most $1,000,000,000")),
    ),
  })
  .check(
    z.refine(({ scope, key }) => scope !== "provider" || isProviderId(key), {
      path: ["key"],
      error: "Must be the id of a provider, such as openai",
    }),
    z.refine(({ scope, key }) => scope !== "model" || /^[^#]+#[^#]+$/.test(key), {
      path: ["key"],
      error: "Write provider#model_id",
    }),
  );
export type BudgetChange = z.infer<typeof BudgetChange>;

export const BudgetRecord = z.strictObject({
  ...budgetOf,
  /** Such as `agent:sql-agent`: the ID in findings, events, metrics and URLs. */
  id: z.string(),
  monthly_usd: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
  updated_by: z.string(),
  etag: z.string(),
});
export type BudgetRecord = z.infer<typeof BudgetRecord>;

/**
 * `heading_over`: not exceeded yet, but the forecast is over. `unknown`: none of the usage is
 * priced.
 */
export const BudgetState = z.enum(["within", "heading_over", "exceeded", "unknown"]);
export type BudgetState = z.infer<typeof BudgetState>;

export const BudgetProgress = z.strictObject({
  /** USD of this month so far, for priced tokens; null if none of the usage is priced. */
  spent_usd: z.nullable(z.number()),
  /** Tokens without a price. If there are any, every amount here is a minimum. */
  unpriced_tokens: z.number(),
  used_percent: z.nullable(z.number()),
  /** USD at the end of the month if spend continues as in the last days. */
  forecast_usd: z.nullable(z.number()),
  forecast_percent: z.nullable(z.number()),
  state: BudgetState,
  /** Why these figures are too low; absent if they aren't. */
  too_low: TooLowReasons,
  /** Of `spent_usd`. */
  ...UnconfirmedCost.shape,
});
export type BudgetProgress = z.infer<typeof BudgetProgress>;

export const MeasuredBudget = z.strictObject({
  ...BudgetRecord.shape,
  /** Null if the usage couldn't be read. */
  progress: z.nullable(BudgetProgress),
});
export type MeasuredBudget = z.infer<typeof MeasuredBudget>;

export const BudgetList = z.strictObject({
  /** Worst first. */
  budgets: z.array(MeasuredBudget),
  /** The month in UTC: `from` inclusive, `to` exclusive. */
  month: z.strictObject({
    from: z.string(),
    to: z.string(),
  }),
  /** When CloudWatch was queried; null if it didn't answer. */
  as_of: z.nullable(z.string()),
  /** Why the figures are older than usual, or missing. */
  stale_because: z.nullable(z.string()),
});
export type BudgetList = z.infer<typeof BudgetList>;

/** How an agent's or a provider's day compares with its usual ones. */
export const UsageDay = z.strictObject({
  ...budgetOf,
  scope: z.enum(["provider", "agent"]),
  name: z.string(),
  /** The day in UTC, such as 2026-11-22. Today is incomplete. */
  day: z.string(),
  tokens: z.number(),
  /** Of the 14 days before that day, those without usage included. */
  median_tokens: z.number(),
  /** More than this many tokens a day are unusual. */
  limit_tokens: z.number(),
  /** Tokens in percent of the limit. */
  percent: z.number(),
});
export type UsageDay = z.infer<typeof UsageDay>;

export const EvaluateReport = z.strictObject({
  as_of: z.string(),
  budgets: z.array(MeasuredBudget),
  /** The unusual days. */
  unusual: z.array(UsageDay),
  /** Names of the alarms that were created or updated, and of those that were deleted. */
  alarms: z.strictObject({
    written: z.array(z.string()),
    deleted: z.array(z.string()),
    /** Alarms left for the next call because of CloudWatch's rate limit. */
    remaining: z.number(),
  }),
});
export type EvaluateReport = z.infer<typeof EvaluateReport>;

/** Such as `agent:sql-agent`. Unique among all budgets. */
export function budgetId({ scope, key }: BudgetScope): string {
  return `${scope}:${key}`;
}

/** The budget that an ID stands for; null for an invalid ID. */
export function parseBudgetId(id: string): BudgetScope | null {
  const separator = id.indexOf(":");
  const scope = usageGroupings.find((grouping) => grouping === id.slice(0, separator));
  const key = id.slice(separator + 1);
  return scope && key ? { scope, key } : null;
}
