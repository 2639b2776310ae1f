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

/** What a dismissal holds for: the same code on the same thing. */
export function dismissalId({ code, subject }: Dismissed): string {
  return `${code}#${subject.kind}:${subject.id}`;
}

const keyOf = (finding: Dismissed) => managementKey(dismissals, dismissalId(finding));

/** All dismissals, over ones included, by what they hold for. */
export async function listDismissals(): Promise<Map<string, Dismissal>> {
  const rows = (await listNotedRows(dismissals)).map(dismissalRow.decode);
  return new Map(rows.map(({ sk, ...dismissal }) => [sk, dismissal]));
}

/** Keeps a dismissal; a later one of the same finding takes its place. */
export function saveDismissal(finding: Dismissed, dismissal: Dismissal): WriteItem {
  const item = { ...keyOf(finding), ...dismissalRow.encode(dismissal) };
  return putItem(
    table(),
    item,
    {},
    () => new AppError("conflict", "Dismissed by another. Try again."),
  );
}

/** Takes a dismissal back. @throws AppError `not_found`, through the transaction */
export function deleteDismissal(finding: Dismissed): WriteItem {
  const there = { ConditionExpression: "attribute_exists(pk)" };
  return deleteItem(
    table(),
    keyOf(finding),
    there,
    () => new AppError("not_found", "The finding is not dismissed any more."),
  );
}

/** A dismissal as events keep it. */
export const toAttributes = (dismissal: Dismissal) => dismissalRow.encode(dismissal);
