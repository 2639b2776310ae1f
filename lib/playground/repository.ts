import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { count, flag, type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable, queryAll, writeAll } from "@/lib/aws/tables";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { PastRun, PastRunDraft, PastRunSummary } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const runsOf = (person: string) => text(`playground#${person}`);
const headSk = (runId: string) => text(`head#${runId}`);
const bodySk = (runId: string) => text(`body#${runId}`);
const promptStart = 160;

/**
 * A person's past runs, newest first; null where the table does not exist. Ids begin with the time.
 */
export async function listRuns(person: string): Promise<PastRunSummary[] | null> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :head)",
    ExpressionAttributeValues: { ":pk": runsOf(person), ":head": text("head#") },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  const items = await orWithoutTable(query, null);
  return items?.map(toSummary) ?? null;
}

/** @throws AppError `not_found` also for the run of somebody else */
export async function getRun(person: string, runId: string): Promise<PastRun> {
  const Key = { pk: runsOf(person), sk: bodySk(runId) };
  const command = new GetItemCommand({ TableName: table(), Key, ConsistentRead: true });
  const { Item } = await orWithoutTable(dynamodb().send(command), { Item: undefined });
  if (!Item) throw noSuchRun(runId);
  // Only createRun writes these rows.
  const draft = JSON.parse(Item.run?.S ?? "{}") as PastRunDraft;
  return {
    ...draft,
    run_id: runId,
    at: Item.at?.S ?? "",
    shortened: Item.shortened?.BOOL ?? false,
  };
}

/** What the list shows, and beside it the whole: a list of fifty need not read every answer. */
export function createRun(person: string, run: PastRun): WriteItem[] {
  const { run_id, at, shortened, inputs, results } = run;
  const failed = results.filter(({ state }) => state === "failed" || state === "refused").length;
  const head: RawItem = {
    pk: runsOf(person),
    sk: headSk(run_id),
    at: text(at),
    models: text(JSON.stringify(inputs.models)),
    prompt_start: text(inputs.prompt.slice(0, promptStart)),
    failed: count(failed),
  };
  const body: RawItem = {
    pk: runsOf(person),
    sk: bodySk(run_id),
    at: text(at),
    shortened: flag(shortened),
    run: text(JSON.stringify({ inputs, results })),
  };
  const refuse = () => new AppError("conflict", "The run could not be kept. Try again.");
  return [head, body].map((item) => putItem(table(), item, {}, refuse));
}

/** @throws AppError `not_found`, through the transaction, when the person has no such run */
export function deleteRun(person: string, runId: string): WriteItem[] {
  const there = { ConditionExpression: "attribute_exists(pk)" };
  const gone = () => noSuchRun(runId);
  return [
    deleteItem(table(), { pk: runsOf(person), sk: headSk(runId) }, there, gone),
    deleteItem(table(), { pk: runsOf(person), sk: bodySk(runId) }, {}, gone),
  ];
}

/** Removes runs whether or not they are still there. */
export async function dropRuns(person: string, runIds: string[]): Promise<void> {
  const keys = runIds.flatMap((runId) => [headSk(runId), bodySk(runId)]);
  await writeAll(
    table(),
    keys.map((sk) => ({ DeleteRequest: { Key: { pk: runsOf(person), sk } } })),
  );
}

function toSummary(item: RawItem): PastRunSummary {
  return {
    run_id: (item.sk?.S ?? "").replace("head#", ""),
    at: item.at?.S ?? "",
    // Only createRun writes these rows.
    models: JSON.parse(item.models?.S ?? "[]") as string[],
    prompt_start: item.prompt_start?.S ?? "",
    failed: Number(item.failed?.N ?? 0),
  };
}

function noSuchRun(runId: string): AppError {
  return new AppError("not_found", `You have no past run "${runId}". It may have been deleted.`);
}
