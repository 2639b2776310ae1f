import "server-only";
import type { RawAttributes, Rollback } from "@/lib/activity/schema";
import { changeEvent, getEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ModelsWithNotes } from "@/lib/models/reference-service";
import { readDailyUsage } from "@/lib/usage/daily-service";
import {
  type BudgetRow,
  budgetAttributes,
  budgetChange,
  createBudget,
  deleteBudget,
  findBudgetRow,
  listBudgetRows,
  updateBudget,
} from "./repository";
import { budgetProgress, type MonthSpend, monthRange, monthSpend } from "./rules/progress";
import { lookbackDays, usageDays } from "./rules/unusual";
import type { BudgetState, MeasuredBudget, UsageDay } from "./schema";
import {
  type BudgetChange,
  type BudgetList,
  type BudgetRecord,
  type BudgetScope,
  budgetId,
  parseBudgetId,
} from "./schema";

/** All budgets with their progress, worst first. Without progress if usage can't be read. */
export async function listBudgets(): Promise<BudgetList> {
  const records = (await listBudgetRows()).map(({ record }) => record);
  const { start, end } = monthRange(Date.now());
  const month = { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
  try {
    const { budgets, as_of, stale_because } = await measure(records);
    return { budgets, month, as_of, stale_because };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const budgets = records.map((record) => ({ ...record, progress: null }));
    return { budgets, month, as_of: null, stale_because: error.message };
  }
}

/** All budgets with their progress, and the usage days. @throws AppError `aws_unavailable` */
export async function measureBudgets(registered?: Promise<ModelsWithNotes>): Promise<Measured> {
  return measure(
    (await listBudgetRows()).map(({ record }) => record),
    registered,
  );
}

/**
 * Creates, changes or (with null) removes one budget.
 * @param etag of the edited record; null without If-Match
 * @returns null if it was removed
 * @throws AppError `stale`, `conflict`, `not_found` (nothing to remove)
 */
export async function saveBudget(
  actor: Actor,
  change: BudgetChange,
  etag: string | null,
): Promise<BudgetRecord | null> {
  const row = await findBudgetRow(change);
  if (etag !== null && row?.record.etag !== etag) await throwWithCurrent(change, etag);
  const items = await changeItems(actor, row, change, etag !== null);
  if (items.length > 0) {
    await transact(items).catch((error) => {
      if (error instanceof AppError && error.code === "conflict")
        return throwWithCurrent(change, etag);
      throw error;
    });
  }
  return (await findBudgetRow(change))?.record ?? null;
}

/**
 * Undoes one event, if nothing has changed the budget since.
 * @throws AppError `not_found`, `conflict` with the current record
 */
export async function rollbackBudget(
  actor: Actor,
  id: string,
  { event_id }: Rollback,
): Promise<BudgetRecord | null> {
  const of = parseBudgetId(id);
  if (!of) throw new AppError("not_found", `"${id}" names no budget. Write agent:sql-agent.`);
  const event = await getEvent({ kind: "budget", id }, event_id);
  if (event.before === null) {
    throw new AppError("conflict", "This event set the budget: remove it to take that back.");
  }
  const row = await findBudgetRow(of);
  if (amountOf(event.after) !== (row?.record.monthly_usd ?? null)) await throwWithCurrent(of, null);
  const change = { ...of, monthly_usd: amountOf(event.before) };
  return saveBudget(actor, change, row?.record.etag ?? null);
}

/** The writes of a change and its event; empty if nothing changes. */
async function changeItems(
  actor: Actor,
  row: BudgetRow | null,
  change: BudgetChange,
  allAttributes: boolean,
): Promise<WriteItem[]> {
  const { monthly_usd } = change;
  const entity = { kind: "budget", id: budgetId(change) } as const;
  const at = new Date().toISOString();
  if (monthly_usd === null) {
    if (!row) throw new AppError("not_found", `${nameOf(change)} is not set.`);
    const { pk: _, sk: __, ...before } = row.raw;
    const event = { action: "budget.delete", entity, before, after: null } as const;
    return [deleteBudget(row), await changeEvent(actor, event)];
  }
  if (!row) {
    const after = budgetAttributes(monthly_usd, actor.name, at);
    const event = { action: "budget.create", entity, before: null, after } as const;
    return [createBudget(change, after), await changeEvent(actor, event)];
  }
  if (row.record.monthly_usd === monthly_usd) return [];
  const after = budgetChange(monthly_usd, actor.name, at);
  const before = Object.fromEntries(
    Object.entries(row.raw).filter(([attribute]) => attribute in after),
  );
  const event = { action: "budget.update", entity, before, after } as const;
  return [updateBudget(row, after, allAttributes), await changeEvent(actor, event)];
}

/** @throws AppError `stale` or `conflict` with the current record */
async function throwWithCurrent(of: BudgetScope, etag: string | null): Promise<never> {
  const message = `${nameOf(of)} was changed by someone else. Nothing was saved.`;
  const current = (await findBudgetRow(of))?.record ?? null;
  throw new AppError(etag === null ? "conflict" : "stale", message, { current });
}

const nameOf = ({ scope, key }: BudgetScope) => `The budget of ${scope} "${key}"`;

/** The amount in an event; null if there was no budget. */
function amountOf(attributes: RawAttributes | null): number | null {
  const raw = attributes?.monthly_usd;
  return raw && "N" in raw ? Number(raw.N) : null;
}

const dayMs = 24 * 3_600_000;

type Measured = {
  as_of: string;
  stale_because: string | null;
  /** Worst first. */
  budgets: MeasuredBudget[];
  /** One day per agent and provider with usage. */
  days: UsageDay[];
  spent: MonthSpend;
};

/**
 * Measures budgets and usage days from one reading of the usage.
 * @throws AppError `aws_unavailable`
 */
async function measure(
  records: BudgetRecord[],
  registered?: Promise<ModelsWithNotes>,
): Promise<Measured> {
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const from = Math.min(monthRange(today).start, today - lookbackDays * dayMs);
  const { requestedAt, stale_because, by } = await readDailyUsage(from, registered);
  const budgets = records.map((record): MeasuredBudget => {
    const group = by[record.scope].find(({ key }) => key === record.key);
    return { ...record, progress: budgetProgress(record.monthly_usd, group, requestedAt) };
  });
  const floor = env().USAGE_UNUSUAL_FLOOR_TOKENS;
  return {
    as_of: new Date(requestedAt).toISOString(),
    stale_because,
    budgets: budgets.toSorted(byUrgency),
    days: (["agent", "provider"] as const).flatMap((scope) =>
      usageDays(scope, by[scope], requestedAt, floor),
    ),
    spent: monthSpend(by, requestedAt),
  };
}

const order: BudgetState[] = ["exceeded", "heading_over", "unknown", "within"];

function byUrgency(a: MeasuredBudget, b: MeasuredBudget): number {
  const rank = ({ progress }: MeasuredBudget) => order.indexOf(progress?.state ?? "unknown");
  const used = ({ progress }: MeasuredBudget) => progress?.used_percent ?? 0;
  return rank(a) - rank(b) || used(b) - used(a) || (a.id < b.id ? -1 : 1);
}
