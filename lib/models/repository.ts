import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import {
  type AttributeChanges,
  applyChanges,
  attributeNames,
  buildUpdate,
  unchangedCondition,
} from "@/lib/aws/narrow-update";
import { scanAll } from "@/lib/aws/tables";
import {
  conditionCheck,
  deleteItem,
  putItem,
  updateItem,
  type WriteItem,
} from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { type DefectiveRow, type ModelRow, parseModelRow } from "./row";
import { isDefective, isValid } from "./rules/soundness";
import { priceNames } from "./schema";

const table = () => env().LLM_MODELS_TABLE;
const keyOf = (pk: string): RawItem => ({ pk: stringAttribute(pk) });

/** All rows of LLMModels, by a consistent, paged Scan. Defective rows are listed separately. */
export async function listModelRows(): Promise<{ rows: ModelRow[]; defective: DefectiveRow[] }> {
  const [catalog, items] = await Promise.all([loadCatalog(), scanAll(table())]);
  const parsed = items.map((item) => parseModelRow(item, catalog));
  return {
    rows: parsed.filter(isValid),
    defective: parsed.filter(isDefective),
  };
}

/** The keys of all rows, defective ones included. */
export async function listModelPks(): Promise<Set<string>> {
  const items = await scanAll(table(), ["pk"]);
  return new Set(items.flatMap((item) => item.pk?.S ?? []));
}

/** One row, read consistently; null if it doesn't exist. */
export async function findModelRow(pk: string): Promise<ModelRow | DefectiveRow | null> {
  const command = new GetItemCommand({ TableName: table(), Key: keyOf(pk), ConsistentRead: true });
  const [catalog, { Item }] = await Promise.all([loadCatalog(), dynamodb().send(command)]);
  return Item ? parseModelRow(Item, catalog) : null;
}

/** Creates a row; never overwrites one. */
export function createModelRow(item: RawItem): WriteItem {
  const doesNotExist = { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), item, doesNotExist, () => {
    const message = `Model "${item.pk?.S}" exists already. Open it to change it.`;
    return new AppError("model_exists", message);
  });
}

/** The attributes that the console reads; the key can't change. */
const knownAttributes = [
  "provider",
  "model_id",
  "is_active",
  "is_default",
  "lifecycle",
  "retires_on",
  ...priceNames.flatMap((name) => [name, `${name}_source`, `${name}_per_1k`]),
  "display_name",
  "max_tokens",
  "max_output_tokens",
  "supports_tools",
  "supports_vision",
  "purpose",
  "created_at",
  "updated_at",
];
const rowAttributes = (raw: RawItem) => attributeNames(raw, knownAttributes);

/**
 * Writes only the named attributes of an existing row, if they haven't changed since they were read.
 * @param allAttributes requires that no attribute of the row has changed (If-Match)
 */
export function updateModelRow(
  pk: string,
  raw: RawItem,
  changes: AttributeChanges,
  allAttributes = false,
): WriteItem {
  // A default must be active, so a change of one attribute depends on the other.
  const together = ["is_active", "is_default"];
  const related = together.some((name) => name in changes) ? together : [];
  const change = buildUpdate(raw, "pk", changes, allAttributes ? rowAttributes(raw) : related);
  const onConflict = (stored: RawItem | null) => changedConcurrently(pk, stored);
  return updateItem(table(), keyOf(pk), change, onConflict, applyChanges(raw, changes));
}

/** Deletes a row, if it hasn't changed since it was read. */
export function deleteModelRow(pk: string, raw: RawItem): WriteItem {
  const { parts, ...values } = unchangedCondition(raw, rowAttributes(raw));
  const asRead = { ConditionExpression: parts.join(" AND "), ...values };
  return deleteItem(table(), keyOf(pk), asRead, (stored) => changedConcurrently(pk, stored), raw);
}

/** Requires that the row exists and is active. A missing `is_active` counts as active. */
export function requireActiveRow(pk: string): WriteItem {
  const existsAndIsActive = {
    ConditionExpression:
      "attribute_exists(pk) AND (attribute_not_exists(is_active) OR is_active = :t)",
    ExpressionAttributeValues: { ":t": stringAttribute("true") },
  };
  return conditionCheck(table(), keyOf(pk), existsAndIsActive, (stored) =>
    stored
      ? new AppError("model_inactive", `Model "${pk}" was deactivated meanwhile. Choose another.`)
      : retiredConcurrently(pk),
  );
}

/** As above, for a row that may be inactive. */
export function requireModelRow(pk: string): WriteItem {
  const exists = { ConditionExpression: "attribute_exists(pk)" };
  return conditionCheck(table(), keyOf(pk), exists, () => retiredConcurrently(pk));
}

function retiredConcurrently(pk: string): AppError {
  const message = `Model "${pk}" was retired meanwhile. Choose another.`;
  return new AppError("model_not_registered", message);
}

function changedConcurrently(pk: string, stored: RawItem | null): AppError {
  if (!stored) return new AppError("not_found", `Model "${pk}" was deleted meanwhile.`);
  const message = `Model "${pk}" was changed by someone else meanwhile. Nothing was saved.`;
  return new AppError("conflict", message);
}
