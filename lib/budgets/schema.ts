import * as z from "zod/mini";
import { isProviderId } from "@/lib/providers/schema";
import { type UsageGrouping, usageGroupings } from "@/lib/usage/rules/groupings";

/** What a budget is of: one group of the usage, by its key there. */
export type BudgetOf = {
  scope: UsageGrouping;
  /** Provider id, `pk` of the model, or name of the agent. */
  key: string;
};

const mostUsd = 1_000_000_000;

/** What CloudWatch takes as the value of a dimension (API reference, Dimension). */
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
        .check(z.gte(0.01, "At least $0.01"), z.lte(mostUsd, "At most $1,000,000,000")),
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

export type BudgetRecord = BudgetOf & {
  /** `agent:sql-agent`: the name in findings, events, metrics and addresses. */
  id: string;
  monthly_usd: number;
  created_at: string;
  updated_at: string;
  updated_by: string;
  etag: string;
};

/** `heading_over`: not exceeded, but the forecast is. `unknown`: nothing of what was used is priced. */
export type BudgetState = "within" | "heading_over" | "exceeded" | "unknown";

export type BudgetProgress = {
  /** USD of this month so far, the priced part; null when nothing that was used is priced. */
  spent_usd: number | null;
  /** Tokens without a price: with any, every figure here means "at least". */
  unpriced_tokens: number;
  used_percent: number | null;
  /** USD at the end of the month if it goes on as in the last days. */
  forecast_usd: number | null;
  forecast_percent: number | null;
  state: BudgetState;
};

export type MeasuredBudget = BudgetRecord & {
  /** Null when the usage could not be read. */
  progress: BudgetProgress | null;
};

export type BudgetList = {
  /** Worst first. */
  budgets: MeasuredBudget[];
  /** The month in UTC: `from` on, before `to`. */
  month: { from: string; to: string };
  /** When CloudWatch was asked; null when it gave no answer. */
  as_of: string | null;
  /** Why the figures are older than usual, or missing. */
  stale_because: string | null;
};

/** How an agent's or a provider's day compares with its usual ones. */
export type DayOfUse = BudgetOf & {
  scope: "provider" | "agent";
  name: string;
  /** The day in UTC, such as 2026-11-22; today is not over. */
  day: string;
  tokens: number;
  /** Of the 14 days before it, those without usage included. */
  median_tokens: number;
  /** More than this many tokens a day are unusual. */
  limit_tokens: number;
  /** Tokens in percent of the limit. */
  percent: number;
};

export type EvaluateReport = {
  as_of: string;
  budgets: MeasuredBudget[];
  /** The days that are unusual. */
  unusual: DayOfUse[];
  /** Names of the alarms that were created or brought up to date, and of those that were deleted. */
  alarms: { written: string[]; deleted: string[] };
};

/** `agent:sql-agent`: unique among all budgets. */
export function budgetId({ scope, key }: BudgetOf): string {
  return `${scope}:${key}`;
}

/** What an id names; null when it is none. */
export function parseBudgetId(id: string): BudgetOf | null {
  const separator = id.indexOf(":");
  const scope = usageGroupings.find((known) => known === id.slice(0, separator));
  const key = id.slice(separator + 1);
  return scope && key ? { scope, key } : null;
}
