import "server-only";
import type { AgentKey } from "@/lib/agents/schema";
import { etagOf, type RawItem } from "@/lib/aws/attributes";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { unchangedCondition } from "@/lib/aws/narrow-update";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { CaseSet, CaseSetSummary } from "./rules/case-schema";
import { parseJsonl } from "./rules/jsonl";
import { maxSetBytes } from "./rules/limits";

const setsPk = ({ agent_name, version }: AgentKey) => `case-sets#${agent_name}/${version}`;
const keyOf = (key: AgentKey, id: string) => managementKey(setsPk(key), id);

const setRow = rowCodec({
  sk: field.text,
  name: field.text,
  case_count: field.number,
  updated_at: field.text,
  updated_by: field.text,
  /** One case per line. */
  jsonl: field.text,
});

export type CaseSetRow = { record: CaseSetSummary; jsonl: string; raw: RawItem };
export type NewCaseSet = Pick<
  CaseSetSummary,
  "name" | "case_count" | "updated_at" | "updated_by"
> & {
  jsonl: string;
};

/** Sorted by name; empty if the table is missing. */
export async function listCaseSetRows(key: AgentKey): Promise<CaseSetRow[]> {
  const rows = (await listNotedRows(setsPk(key))).map(toRow);
  return rows.toSorted((a, b) => (a.record.name < b.record.name ? -1 : 1));
}

/** @throws AppError `not_found` */
export async function getCaseSetRow(key: AgentKey, id: string): Promise<CaseSetRow> {
  const item = await findNotedRow(keyOf(key, id));
  if (item) return toRow(item);
  throw new AppError("not_found", `This agent has no case set "${id}".`);
}

function toRow(raw: RawItem): CaseSetRow {
  const { sk: id, jsonl, ...row } = setRow.decode(raw);
  const bytes = Buffer.byteLength(jsonl);
  return { record: { id, ...row, bytes, max_bytes: maxSetBytes, etag: etagOf(raw) }, jsonl, raw };
}

/** The complete case set of a row. */
export function toCaseSet({ record, jsonl }: CaseSetRow): CaseSet {
  return { ...record, cases: parseJsonl(jsonl) };
}

const changedByOthers = () =>
  new AppError("conflict", "The case set was changed by someone else. Nothing was saved.");

/** @param before null for a new set */
export function putCaseSet(
  key: AgentKey,
  id: string,
  set: NewCaseSet,
  before: CaseSetRow | null,
): WriteItem {
  const item = { ...keyOf(key, id), ...setRow.encode(set) };
  return putItem(table(), item, asRead(before), changedByOthers);
}

export function deleteCaseSetRow(key: AgentKey, before: CaseSetRow): WriteItem {
  return deleteItem(table(), keyOf(key, before.record.id), asRead(before), changedByOthers);
}

/**
 * The condition that the set is unchanged. `updated_at` changes with every save; the texts are too
 * long to compare.
 */
function asRead(before: CaseSetRow | null) {
  if (!before) return { ConditionExpression: "attribute_not_exists(pk)" };
  const { parts, ...values } = unchangedCondition(before.raw, ["name", "updated_at", "updated_by"]);
  return { ConditionExpression: parts.join(" AND "), ...values };
}
