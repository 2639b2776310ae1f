import "server-only";
import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ActivityEntity, ActivityEvent, ActivityPage, RawAttributes } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const days = "days";
const entityPk = (entity: ActivityEntity) => `events#${entity.kind}:${entity.id}`;
const eventSk = (event: Pick<ActivityEvent, "at" | "event_id">) => `${event.at}#${event.event_id}`;
const pageSize = 50;

/** A new event of now. */
export function newEvent(
  event: Omit<ActivityEvent, "event_id" | "at" | "operation_id" | "reason"> &
    Partial<Pick<ActivityEvent, "operation_id" | "reason">>,
): ActivityEvent {
  return {
    event_id: randomUUID(),
    at: new Date().toISOString(),
    ...event,
    operation_id: event.operation_id ?? null,
    reason: event.reason ?? null,
  };
}

/** Writes the event; part of the transaction of the change that it tells of. */
export function createEvent(event: ActivityEvent): WriteItem {
  const item: RawItem = {
    pk: text(entityPk(event.entity)),
    sk: text(eventSk(event)),
    day: text(event.at.slice(0, 10)),
    at: text(`${event.at}#${event.event_id}`),
    event_id: text(event.event_id),
    happened_at: text(event.at),
    actor: text(event.actor),
    action: text(event.action),
    outcome: text(event.outcome),
    entity_kind: text(event.entity.kind),
    entity_id: text(event.entity.id),
    before: attributesOrNull(event.before),
    after: attributesOrNull(event.after),
    ...optionalText("request_id", event.request_id),
    ...optionalText("operation_id", event.operation_id),
    ...optionalText("reason", event.reason),
  };
  return putItem(table(), item, {}, () => new AppError("conflict", "The event could not be kept."));
}

/** Settles an event that was written before the change of another service. */
export function settleEvent(
  event: Pick<ActivityEvent, "event_id" | "at" | "entity">,
  outcome: ActivityEvent["outcome"],
): WriteItem {
  const key = { pk: text(entityPk(event.entity)), sk: text(eventSk(event)) };
  const change = {
    UpdateExpression: "SET outcome = :outcome",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":outcome": text(outcome) },
  };
  const lost = () => new AppError("conflict", `The event ${event.event_id} is gone.`);
  return updateItem(table(), key, change, lost);
}

let registeredDay = "";

/** Notes that the day has events, so that readers need not try every day since the beginning. */
export async function registerDay(event: ActivityEvent): Promise<void> {
  const day = event.at.slice(0, 10);
  if (day === registeredDay) return;
  const item = { pk: text(days), sk: text(day) };
  await dynamodb().send(new PutItemCommand({ TableName: table(), Item: item }));
  registeredDay = day;
}

/** Events of one thing, newest first, 50 a page, read consistently. */
export async function listEventsOf(
  entity: ActivityEntity,
  cursor: string | undefined,
): Promise<ActivityPage> {
  const items = await newest(pageSize, {
    TableName: table(),
    KeyConditionExpression: cursor ? "pk = :pk AND sk < :cursor" : "pk = :pk",
    ExpressionAttributeValues: {
      ":pk": text(entityPk(entity)),
      ...(cursor && { ":cursor": text(cursor) }),
    },
    ConsistentRead: true,
  });
  return toPage(items);
}

/** Events of everything, newest first, 50 a page, from the index by day. */
export async function listEvents(cursor: string | undefined): Promise<ActivityPage> {
  const items: RawItem[] = [];
  for (const day of await daysUpTo(cursor?.slice(0, 10))) {
    if (items.length >= pageSize) break;
    const ofDay = await newest(pageSize - items.length, {
      TableName: table(),
      IndexName: "by-day",
      KeyConditionExpression: cursor ? "#day = :day AND #at < :cursor" : "#day = :day",
      ExpressionAttributeNames: { "#day": "day", ...(cursor && { "#at": "at" }) },
      ExpressionAttributeValues: { ":day": text(day), ...(cursor && { ":cursor": text(cursor) }) },
    });
    items.push(...ofDay);
  }
  return toPage(items);
}

/** The last `count` items of a query. A page of DynamoDB ends at 1 MB, which few large events fill. */
async function newest(count: number, input: QueryCommandInput): Promise<RawItem[]> {
  const items: RawItem[] = [];
  let ExclusiveStartKey: RawItem | undefined;
  do {
    const Limit = count - items.length;
    const command = new QueryCommand({
      ...input,
      ScanIndexForward: false,
      Limit,
      ExclusiveStartKey,
    });
    const page = await orWithoutTable(dynamodb().send(command), { Items: [] });
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = "LastEvaluatedKey" in page ? page.LastEvaluatedKey : undefined;
  } while (ExclusiveStartKey && items.length < count);
  return items;
}

async function daysUpTo(last: string | undefined): Promise<string[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: last ? "pk = :pk AND sk <= :last" : "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(days), ...(last && { ":last": text(last) }) },
    ScanIndexForward: false,
  });
  return (await orWithoutTable(query, [])).map((item) => item.sk?.S ?? "");
}

function toPage(items: RawItem[]): ActivityPage {
  const last = items.length === pageSize ? items[pageSize - 1] : undefined;
  return { events: items.map(toEvent), cursor: last?.at?.S ?? null };
}

function toEvent(item: RawItem): ActivityEvent {
  const textOf = (name: string) => item[name]?.S ?? null;
  return {
    event_id: textOf("event_id") ?? "",
    at: textOf("happened_at") ?? "",
    actor: textOf("actor") ?? "",
    // Only createEvent writes these rows.
    action: textOf("action") as ActivityEvent["action"],
    outcome: textOf("outcome") as ActivityEvent["outcome"],
    entity: {
      kind: textOf("entity_kind") as ActivityEntity["kind"],
      id: textOf("entity_id") ?? "",
    },
    before: item.before?.M ?? null,
    after: item.after?.M ?? null,
    request_id: textOf("request_id"),
    operation_id: textOf("operation_id"),
    reason: textOf("reason"),
  };
}

function attributesOrNull(attributes: RawAttributes | null): AttributeValue {
  // Raw attributes come from rows that DynamoDB gave us.
  return attributes === null ? { NULL: true } : { M: attributes as RawItem };
}

function optionalText(name: string, value: string | null): RawItem {
  return value === null ? {} : { [name]: text(value) };
}
