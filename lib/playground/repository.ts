import "server-only";
import type { RawItem } from "@/lib/aws/attributes";
import {
  findNotedRow,
  listManagementRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { batchWriteAll, orIfTableMissing } from "@/lib/aws/tables";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { PastRun, PastRunDraft, PastRunSummary } from "./schema";

const runsOf = (person: string) => `playground#${person}`;
const headPrefix = "head#";
const headKey = (person: string, runId: string) =>
  managementKey(runsOf(person), `${headPrefix}${runId}`);
const bodyKey = (person: string, runId: string) => managementKey(runsOf(person), `body#${runId}`);
const promptStart = 160;

const headRow = rowCodec({
  sk: field.text,
  at: field.text,
  /** A JSON array of pks. */
  models: field.text,
  prompt_start: field.text,
  failed: field.number,
});
const bodyRow = rowCodec({
  at: field.text,
  shortened: field.flag,
  /** The draft as JSON. */
  run: field.text,
});

/** A person's past runs, newest first (IDs begin with the time); null if the table doesn't exist. */
export async function listRuns(person: string): Promise<PastRunSummary[] | null> {
  const heads = { skPrefix: headPrefix, newestFirst: true };
  const items = await orIfTableMissing(listManagementRows(runsOf(person), heads), null);
  return items?.map(toSummary) ?? null;
}

/** @throws AppError `not_found`, also for runs of other people */
export async function getRun(person: string, runId: string): Promise<PastRun> {
  const item = await findNotedRow(bodyKey(person, runId));
  if (!item) throw noSuchRun(runId);
  const { run, ...body } = bodyRow.decode(item);
  // Only createRun writes these rows.
  const draft = JSON.parse(run || "{}") as PastRunDraft;
  return { ...draft, run_id: runId, ...body };
}

/** A summary row and the complete run, so that the list doesn't read every answer. */
export function createRun(person: string, run: PastRun): WriteItem[] {
  const { run_id, at, shortened, inputs, results } = run;
  const failed = results.filter(({ state }) => state === "failed" || state === "refused").length;
  const head = headRow.encode({
    at,
    models: JSON.stringify(inputs.models),
    prompt_start: inputs.prompt.slice(0, promptStart),
    failed,
  });
  const body = bodyRow.encode({ at, shortened, run: JSON.stringify({ inputs, results }) });
  const notSaved = () => new AppError("conflict", "The run could not be kept. Try again.");
  return [
    putItem(table(), { ...headKey(person, run_id), ...head }, {}, notSaved),
    putItem(table(), { ...bodyKey(person, run_id), ...body }, {}, notSaved),
  ];
}

/** @throws AppError `not_found`, through the transaction, if the person has no such run */
export function deleteRun(person: string, runId: string): WriteItem[] {
  const there = { ConditionExpression: "attribute_exists(pk)" };
  const notFound = () => noSuchRun(runId);
  return [
    deleteItem(table(), headKey(person, runId), there, notFound),
    deleteItem(table(), bodyKey(person, runId), {}, notFound),
  ];
}

/** Deletes runs; missing ones are ignored. */
export async function deleteRuns(person: string, runIds: string[]): Promise<void> {
  const keys = runIds.flatMap((runId) => [headKey(person, runId), bodyKey(person, runId)]);
  await batchWriteAll(
    table(),
    keys.map((Key) => ({ DeleteRequest: { Key } })),
  );
}

function toSummary(item: RawItem): PastRunSummary {
  const { sk, models, ...head } = headRow.decode(item);
  return {
    run_id: sk.replace(headPrefix, ""),
    ...head,
    // Only createRun writes these rows.
    models: JSON.parse(models || "[]") as string[],
  };
}

function noSuchRun(runId: string): AppError {
  return new AppError("not_found", `You have no past run "${runId}". It may have been deleted.`);
}
