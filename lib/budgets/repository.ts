import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { count, etagOf, type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { narrowUpdate, stillAsRead } from "@/lib/aws/narrow-update";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { deleteItem, putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { type BudgetOf, type BudgetRecord, budgetId, parseBudgetId } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const budgets = "budgets";
const keyOf = (of: BudgetOf): RawItem => ({ pk: text(budgets), sk: text(budgetId(of)) });

export type BudgetRow = { record: BudgetRecord; raw: RawItem };

/** All budgets, by id. Without our table there are none. */
export async function listBudgetRows(): Promise<BudgetRow[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(budgets) },
    ConsistentRead: true,
  });
  const items = await orWithoutTable(query, []);
  return items.flatMap((item) => toRow(item) ?? []);
}

/** One budget, read consistently; null when there is none. */
export async function findBudgetRow(of: BudgetOf): Promise<BudgetRow | null> {
  const command = new GetItemCommand({ TableName: table(), Key: keyOf(of), ConsistentRead: true });
  const { Item } = await dynamodb().send(command);
  return Item ? toRow(Item) : null;
}

/** The attributes of a new budget, as events keep them. */
export function budgetAttributes(monthly_usd: number, by: string, at: string): RawItem {
  return { ...budgetChange(monthly_usd, by, at), created_at: text(at) };
}

/** What a change of the amount writes. */
export function budgetChange(monthly_usd: number, by: string, at: string): RawItem {
  return { monthly_usd: count(monthly_usd), updated_at: text(at), updated_by: text(by) };
}

/** Creates a budget; never overwrites one. */
export function createBudget(of: BudgetOf, attributes: RawItem): WriteItem {
  const notThereYet = { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), { ...keyOf(of), ...attributes }, notThereYet, () => changed(of));
}

/** @param whole refuses when any attribute has changed since it was read (If-Match) */
export function updateBudget(
  { record, raw }: BudgetRow,
  changes: RawItem,
  whole: boolean,
): WriteItem {
  const names = whole ? Object.keys(raw) : [];
  const update = narrowUpdate(raw, "pk", changes, names);
  return updateItem(table(), keyOf(record), update, () => changed(record));
}

/** Deletes a budget that is as it was read. */
export function deleteBudget({ record, raw }: BudgetRow): WriteItem {
  const { parts, ...values } = stillAsRead(raw, Object.keys(raw));
  const asRead = { ConditionExpression: parts.join(" AND "), ...values };
  return deleteItem(table(), keyOf(record), asRead, () => changed(record));
}

function changed(of: BudgetOf): AppError {
  const message = `The budget of ${of.scope} "${of.key}" was changed by someone else. Nothing was saved.`;
  return new AppError("conflict", message);
}

/** Only this file writes these rows; a row without an amount is no budget. */
function toRow(raw: RawItem): BudgetRow | null {
  const id = raw.sk?.S ?? "";
  const of = parseBudgetId(id);
  const monthly_usd = Number(raw.monthly_usd?.N);
  if (!of || !(monthly_usd > 0)) return null;
  const record: BudgetRecord = {
    ...of,
    id,
    monthly_usd,
    created_at: raw.created_at?.S ?? "",
    updated_at: raw.updated_at?.S ?? "",
    updated_by: raw.updated_by?.S ?? "",
    etag: etagOf(raw),
  };
  return { record, raw };
}
