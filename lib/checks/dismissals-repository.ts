import "server-only";
import { listNotedRows, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { Finding } from "@/lib/findings/schema";
import type { Dismissal } from "./schema";

const dismissals = "dismissals";

const dismissalRow = rowCodec({
  sk: field.text,
  reason: field.text,
  until: field.optionalText,
  by: field.text,
  at: field.text,
});

type Dismissed = Pick<Finding, "code" | "subject">;

/** A dismissal's identity: code and subject. */
export function dismissalId({ code, subject }: Dismissed): string {
  return `${code}#${subject.kind}:${subject.id}`;
}

const keyOf = (finding: Dismissed) => managementKey(dismissals, dismissalId(finding));

/** All dismissals, expired ones included, by code and subject. */
export async function listDismissals(): Promise<Map<string, Dismissal>> {
  const rows = (await listNotedRows(dismissals)).map(dismissalRow.decode);
  return new Map(rows.map(({ sk, ...dismissal }) => [sk, dismissal]));
}

/** Saves a dismissal; replaces an earlier one of the same finding. */
export function saveDismissal(finding: Dismissed, dismissal: Dismissal): WriteItem {
  const item = { ...keyOf(finding), ...dismissalRow.encode(dismissal) };
  return putItem(
    table(),
    item,
    {},
    () => new AppError("conflict", "Dismissed by another. Try again."),
  );
}

/**
 * Deletes a dismissal.
 * @throws AppError `not_found`, through the transaction
 */
export function deleteDismissal(finding: Dismissed): WriteItem {
  const there = { ConditionExpression: "attribute_exists(pk)" };
  return deleteItem(
    table(),
    keyOf(finding),
    there,
    () => new AppError("not_found", "The finding is not dismissed any more."),
  );
}

/** A dismissal as stored in events. */
export const toAttributes = (dismissal: Dismissal) => dismissalRow.encode(dismissal);
