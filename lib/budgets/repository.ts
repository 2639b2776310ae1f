import "server-only";
import { etagOf, type RawItem } from "@/lib/aws/attributes";
import {
  findManagementRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { buildUpdate, unchangedCondition } from "@/lib/aws/narrow-update";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { deleteItem, putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { type BudgetRecord, type BudgetScope, budgetId, parseBudgetId } from "./schema";

const budgets = "budgets";
const keyOf = (of: BudgetScope) => managementKey(budgets, budgetId(of));

const budgetRow = rowCodec({
  sk: field.text,
  monthly_usd: field.number,
  created_at: field.text,
  updated_at: field.text,
  updated_by: field.text,
});

export type BudgetRow = { record: BudgetRecord; raw: RawItem };

/** All budgets by ID; none if the table is missing. */
export async function listBudgetRows(): Promise<BudgetRow[]> {
  return (await listNotedRows(budgets)).flatMap((item) => toRow(item) ?? []);
}

/** One budget, read consistently; null if it doesn't exist. */
export async function findBudgetRow(of: BudgetScope): Promise<BudgetRow | null> {
  const item = await findManagementRow(keyOf(of));
  return item && toRow(item);
}

/** The attributes of a new budget. */
export function budgetAttributes(monthly_usd: number, by: string, at: string): RawItem {
  return { ...budgetChange(monthly_usd, by, at), ...budgetRow.encode({ created_at: at }) };
}

/** The attributes that a change of the amount writes. */
export function budgetChange(monthly_usd: number, by: string, at: string): RawItem {
  return budgetRow.encode({ monthly_usd, updated_at: at, updated_by: by });
}

/** Never overwrites an existing budget. */
export function createBudget(of: BudgetScope, attributes: RawItem): WriteItem {
  const doesNotExist = { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), { ...keyOf(of), ...attributes }, doesNotExist, () => changedByOthers(of));
}

/** @param allAttributes throws `conflict` if any attribute has changed since it was read (If-Match) */
export function updateBudget(
  { record, raw }: BudgetRow,
  changes: RawItem,
  allAttributes: boolean,
): WriteItem {
  const names = allAttributes ? Object.keys(raw) : [];
  const update = buildUpdate(raw, "pk", changes, names);
  return updateItem(table(), keyOf(record), update, () => changedByOthers(record));
}

/** Throws `conflict` if the budget has changed since it was read. */
export function deleteBudget({ record, raw }: BudgetRow): WriteItem {
  const { parts, ...values } = unchangedCondition(raw, Object.keys(raw));
  const asRead = { ConditionExpression: parts.join(" AND "), ...values };
  return deleteItem(table(), keyOf(record), asRead, () => changedByOthers(record));
}

function changedByOthers(of: BudgetScope): AppError {
  const message = `The budget of ${of.scope} "${of.key}" was changed by someone else. Nothing was saved.`;
  return new AppError("conflict", message);
}

/** Null if the row lacks a valid ID or amount. */
function toRow(raw: RawItem): BudgetRow | null {
  const { sk: id, ...row } = budgetRow.decode(raw);
  const of = parseBudgetId(id);
  if (!of || !(row.monthly_usd > 0)) return null;
  return { record: { ...of, id, ...row, etag: etagOf(raw) }, raw };
}
