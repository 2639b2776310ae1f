import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { AgentKey } from "@/lib/agents/schema";
import { numberAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import {
  findNotedRow,
  listManagementRows,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { batchWriteAll, tryWrite } from "@/lib/aws/tables";
import { deleteItem, putItem, transact, updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { TrialLost } from "./lease-repository";
import {
  type CaseTexts,
  type CellTexts,
  caseSk,
  fromCaseItem,
  fromCellItem,
  fromHeadItem,
  fromTextItem,
  headKey,
  partsPk,
  type StoredCase,
  type TrialHead,
  textsPk,
  toCaseItem,
  toCellItem,
  toHeadItem,
  toTextItem,
  trialsPk,
} from "./row";
import type { StoredCell } from "./rules/stored-cell";
import type { TrialStatus } from "./schema";

const openPk = "trials-open";
const openKey = (id: string) => managementKey(openPk, id);

const noSuchTrial = (id: string) =>
  new AppError("not_found", `There is no trial "${id}" of this agent.`);

/** Newest first, because IDs begin with the time. */
export async function listHeads(key: AgentKey): Promise<TrialHead[]> {
  const items = await listNotedRows(trialsPk(key), { newestFirst: true });
  return items.map(fromHeadItem);
}

/** Read consistently; null if it doesn't exist. */
export async function findHead(key: AgentKey, id: string): Promise<TrialHead | null> {
  const item = await findNotedRow(headKey(key, id));
  return item && fromHeadItem(item);
}

/** @throws AppError `not_found` */
export async function getHead(key: AgentKey, id: string): Promise<TrialHead> {
  const head = await findHead(key, id);
  if (head) return head;
  throw noSuchTrial(id);
}

/** All cases and cells, in order. */
export async function listParts(id: string): Promise<{ cases: StoredCase[]; cells: StoredCell[] }> {
  const items = await listManagementRows(partsPk(id));
  const isCase = ({ sk }: RawItem) => sk?.S?.startsWith("case#") ?? false;
  return {
    cases: items.filter(isCase).map(fromCaseItem),
    cells: items.filter((item) => !isCase(item)).map(fromCellItem),
  };
}

/** The remaining texts, by the sort key of their case or cell; empty once they are deleted. */
export async function listTexts({
  id,
  texts_deleted_at,
}: Pick<TrialHead, "id" | "texts_deleted_at">): Promise<{
  cases: Map<number, CaseTexts>;
  cells: Map<string, CellTexts>;
}> {
  const cases = new Map<number, CaseTexts>();
  const cells = new Map<string, CellTexts>();
  if (texts_deleted_at !== null) return { cases, cells };
  for (const item of await listManagementRows(textsPk(id))) {
    const sk = item.sk?.S ?? "";
    if (sk.startsWith("case#")) {
      const texts = fromTextItem<CaseTexts>(item);
      if (texts) cases.set(Number(sk.slice("case#".length)), texts);
    } else {
      const texts = fromTextItem<CellTexts>(item);
      if (texts) cells.set(sk, texts);
    }
  }
  return { cases, cells };
}

type Planned = { stored: StoredCase; texts: CaseTexts };

/**
 * Stores a trial, its parts first: a trial with a head is complete.
 * @param beside writes to include in the transaction of the head
 */
export async function createTrial(
  head: TrialHead,
  cases: readonly Planned[],
  cells: readonly StoredCell[],
  beside: WriteItem[],
): Promise<void> {
  const items = [
    ...cases.map(({ stored }) => toCaseItem(head.id, stored)),
    ...cases.map(({ stored, texts }) => toTextItem(head, caseSk(stored.index), texts)),
    ...cells.map((cell) => toCellItem(head.id, cell)),
  ];
  await batchWriteAll(
    table(),
    items.map((Item) => ({ PutRequest: { Item } })),
  );
  const exists = () => new AppError("conflict", `The trial "${head.id}" exists already.`);
  const doesNotExist = { ConditionExpression: "attribute_not_exists(pk)" };
  await transact([
    putItem(table(), toHeadItem(head), doesNotExist, exists),
    markOpen(head),
    ...beside,
  ]);
}

const markOpen = ({ id, agent_name, version }: TrialHead) =>
  putItem(
    table(),
    {
      ...openKey(id),
      agent_name: stringAttribute(agent_name),
      version: stringAttribute(version),
    },
    {},
    () => new AppError("conflict", `The trial "${id}" could not be started.`),
  );

/** Trials that are running, or were when their copy of the console ended. */
export async function listOpen(): Promise<{ key: AgentKey; id: string }[]> {
  return (await listNotedRows(openPk)).map(({ sk, agent_name, version }) => ({
    key: { agent_name: agent_name?.S ?? "", version: version?.S ?? "" },
    id: sk?.S ?? "",
  }));
}

type Ended = Pick<TrialHead, "missing" | "summary"> & { status: Exclude<TrialStatus, "running"> };

/** Ends a running trial. Throws `TrialLost` if it has already ended. */
export function endTrial(head: TrialHead, ended: Ended): WriteItem[] {
  const change = {
    UpdateExpression:
      "SET #status = :status, finished_at = :at, #missing = :missing, summary = :summary",
    ConditionExpression: "#status = :running",
    ExpressionAttributeNames: { "#status": "status", "#missing": "missing" },
    ExpressionAttributeValues: {
      ":status": stringAttribute(ended.status),
      ":at": stringAttribute(new Date().toISOString()),
      ":missing": ended.missing === null ? { NULL: true } : stringAttribute(ended.missing),
      ":summary": stringAttribute(JSON.stringify(ended.summary)),
      ":running": stringAttribute("running"),
    },
  };
  return [
    updateItem(table(), headKey(head, head.id), change, () => new TrialLost()),
    deleteItem(table(), openKey(head.id), {}, () => new TrialLost()),
  ];
}

/** Replaces the figures of a trial that was ended while `owner` had calls in progress. */
export async function saveFigures(
  head: TrialHead,
  owner: string,
  summary: TrialHead["summary"],
): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: headKey(head, head.id),
    UpdateExpression: "SET summary = :summary",
    ConditionExpression: "lease_owner = :owner AND #status <> :running",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":summary": stringAttribute(JSON.stringify(summary)),
      ":owner": stringAttribute(owner),
      ":running": stringAttribute("running"),
    },
  });
  await tryWrite(dynamodb().send(command));
}

/** Resumes a trial that was stopped or reached its limit. */
export function reopenTrial(head: TrialHead, { subject, limit_usd }: TrialHead): WriteItem[] {
  const change = {
    UpdateExpression:
      "SET #status = :running, subject = :subject, limit_usd = :limit REMOVE finished_at, #missing, summary",
    ConditionExpression:
      "attribute_exists(pk) AND #status <> :running AND attribute_not_exists(texts_deleted_at)",
    ExpressionAttributeNames: { "#status": "status", "#missing": "missing" },
    ExpressionAttributeValues: {
      ":running": stringAttribute("running"),
      ":subject": stringAttribute(subject),
      ":limit": numberAttribute(limit_usd),
    },
  };
  const changed = () => new AppError("conflict", "The trial was resumed or deleted meanwhile.");
  return [updateItem(table(), headKey(head, head.id), change, changed), markOpen(head)];
}

/** Records that the texts are deleted, unless the trial is running. */
export function markTextsDeleted(head: TrialHead, at: string): WriteItem {
  const change = {
    UpdateExpression: "SET texts_deleted_at = :at",
    ConditionExpression: "attribute_exists(pk) AND #status <> :running",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":at": stringAttribute(at),
      ":running": stringAttribute("running"),
    },
  };
  const running = () => new AppError("conflict", "The trial is running. Stop it first.");
  return updateItem(table(), headKey(head, head.id), change, running);
}

export async function deleteTexts(id: string): Promise<void> {
  const items = await listManagementRows(textsPk(id));
  const keys = items.flatMap(({ pk, sk }) => (pk && sk ? [{ pk, sk }] : []));
  await batchWriteAll(
    table(),
    keys.map((Key) => ({ DeleteRequest: { Key } })),
  );
}
