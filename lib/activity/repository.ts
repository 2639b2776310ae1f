import "server-only";
import { randomUUID } from "node:crypto";
import { type AttributeValue, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type {
  ActivityEntity,
  ActivityEvent,
  ActivityFilter,
  ActivityPage,
  RawAttributes,
} from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const days = "days";
const entityPk = (entity: ActivityEntity) => `events#${entity.kind}:${entity.id}`;
const eventSk = (event: Pick<ActivityEvent, "at" | "event_id">) => `${event.at}#${event.event_id}`;
const pageSize = 50;
const mostReads = 20;

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

export type EventFilter = Pick<ActivityFilter, "actor" | "kind" | "action" | "day" | "event_id">;

/** Events of one thing, newest first, 50 a page, read consistently. */
export function listEventsOf(
  entity: ActivityEntity,
  cursor: string | undefined,
  filter: EventFilter = {},
): Promise<ActivityPage> {
  const query = { ConsistentRead: true, pk: ["pk", entityPk(entity)], sk: "sk" } as const;
  return collectPage([query], cursor, filter);
}

/** Events of everything, newest first, 50 a page, from the index by day. */
export async function listEvents(
  cursor: string | undefined,
  filter: EventFilter = {},
): Promise<ActivityPage> {
  const days = filter.day ? [filter.day] : await daysUpTo(cursor?.slice(0, 10));
  const queries = days.map((day) => ({ IndexName: "by-day", pk: ["day", day], sk: "at" }) as const);
  return collectPage(queries, cursor, filter);
}

type EventQuery = {
  pk: readonly [string, string];
  sk: string;
  IndexName?: string;
  ConsistentRead?: true;
};

/**
 * The next page out of several queries in order. A rare match may take long to find: after so many
 * reads the page ends early, and its cursor goes on from there.
 */
async function collectPage(
  queries: EventQuery[],
  cursor: string | undefined,
  filter: EventFilter,
): Promise<ActivityPage> {
  const items: RawItem[] = [];
  let reads = 0;
  for (const query of queries) {
    let from = cursor;
    do {
      const read = await readEvents(query, from, filter, pageSize - items.length);
      items.push(...read.items);
      from = read.next;
      reads += 1;
      if (items.length === pageSize)
        return { events: items.map(toEvent), cursor: positionOf(items) };
      if (from && reads >= mostReads) return { events: items.map(toEvent), cursor: from };
    } while (from);
  }
  return { events: items.map(toEvent), cursor: null };
}

async function readEvents(
  { pk: [hash, value], sk, ...index }: EventQuery,
  from: string | undefined,
  filter: EventFilter,
  most: number,
) {
  const conditions = filterConditions(hash, filter);
  const { Items = [], LastEvaluatedKey } = await orWithoutTable(
    dynamodb().send(
      new QueryCommand({
        TableName: table(),
        ...index,
        KeyConditionExpression: from ? "#hash = :hash AND #range < :from" : "#hash = :hash",
        ...(conditions.length > 0 && {
          FilterExpression: conditions.map(([name]) => `#${name} = :${name}`).join(" AND "),
        }),
        ExpressionAttributeNames: {
          "#hash": hash,
          ...(from && { "#range": sk }),
          ...Object.fromEntries(conditions.map(([name]) => [`#${name}`, name])),
        },
        ExpressionAttributeValues: {
          ":hash": text(value),
          ...(from && { ":from": text(from) }),
          ...Object.fromEntries(conditions.map(([name, wanted]) => [`:${name}`, text(wanted)])),
        },
        ScanIndexForward: false,
        // With a filter, a limit would count what is read, not what is found.
        ...(conditions.length === 0 && { Limit: most }),
      }),
    ),
    { Items: [], LastEvaluatedKey: undefined },
  );
  const items = Items.slice(0, most);
  const next = Items.length > most ? positionOf(items) : LastEvaluatedKey?.[sk]?.S;
  return { items, next: next ?? undefined };
}

function filterConditions(hash: string, filter: EventFilter): [string, string][] {
  const { actor, kind, action, day, event_id } = filter;
  // DynamoDB refuses a filter on a key of the index that is read, which names the day already.
  const unlessKey = hash === "day" ? undefined : day;
  const wanted = { actor, entity_kind: kind, action, event_id, day: unlessKey };
  return Object.entries(wanted).flatMap(([name, value]) => (value ? [[name, value]] : []));
}

function positionOf(items: RawItem[]): string | null {
  return items.at(-1)?.at?.S ?? null;
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

function toEvent(item: RawItem): ActivityEvent {
  const textOf = (name: string) => item[name]?.S ?? null;
  return {
    event_id: textOf("event_id") ?? "",
    at: textOf("happened_at") ?? "",
    actor: textOf("actor") ?? "",
    // Only createEvent writes these rows: that holds for the kind below too.
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
