import "server-only";
import { type RawItem, text } from "@/lib/aws/attributes";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { Dismissal, Finding } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const dismissals = "dismissals";

type Dismissed = Pick<Finding, "code" | "subject">;

/** What a dismissal holds for: the same code on the same thing. */
export function dismissalId({ code, subject }: Dismissed): string {
  return `${code}#${subject.kind}:${subject.id}`;
}

const keyOf = (finding: Dismissed): RawItem => ({
  pk: text(dismissals),
  sk: text(dismissalId(finding)),
});

/** All dismissals, over ones included, by what they hold for. */
export async function listDismissals(): Promise<Map<string, Dismissal>> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(dismissals) },
    ConsistentRead: true,
  });
  const items = await orWithoutTable(query, []);
  return new Map(items.map((item) => [item.sk?.S ?? "", toDismissal(item)]));
}

/** Keeps a dismissal; a later one of the same finding takes its place. */
export function saveDismissal(finding: Dismissed, dismissal: Dismissal): WriteItem {
  const item = { ...keyOf(finding), ...toAttributes(dismissal) };
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
export function toAttributes({ reason, until, by, at }: Dismissal): RawItem {
  return {
    reason: text(reason),
    by: text(by),
    at: text(at),
    ...(until !== null && { until: text(until) }),
  };
}

function toDismissal(item: RawItem): Dismissal {
  return {
    reason: item.reason?.S ?? "",
    until: item.until?.S ?? null,
    by: item.by?.S ?? "",
    at: item.at?.S ?? "",
  };
}
