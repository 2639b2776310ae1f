import "server-only";
import { randomUUID } from "node:crypto";
import { PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { orIfTableMissing, queryAll } from "@/lib/aws/tables";
import { putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { ActivityEntity, ActivityEvent, ActivityFilter, ActivityPage } from "./schema";

const days = "days";
const entityPk = (entity: ActivityEntity) => `events#${entity.kind}:${entity.id}`;
const eventSk = (event: Pick<ActivityEvent, "at" | "event_id">) => `${event.at}#${event.event_id}`;
const keyOf = (event: Pick<ActivityEvent, "at" | "event_id" | "entity">) =>
  managementKey(entityPk(event.entity), eventSk(event));
const pageSize = 50;
const maxReads = 20;

const eventRow = rowCodec({
  event_id: field.text,
  happened_at: field.text,
  actor: field.text,
  // Only createEvent writes these rows, so the unions hold.
  action: field.trusted<ActivityEvent["action"]>(),
  outcome: field.trusted<ActivityEvent["outcome"]>(),
  entity_kind: field.trusted<ActivityEntity["kind"]>(),
  entity_id: field.text,
  before: field.attributes,
  after: field.attributes,
  request_id: field.optionalText,
  operation_id: field.optionalText,
  reason: field.optionalText,
  trial_id: field.optionalText,
  /** What the trial showed. */
  evidence: field.optionalText,
});

type Optional = "operation_id" | "reason" | "evidence";

/** A new event, as of now. */
export function newEvent(
  event: Omit<ActivityEvent, "event_id" | "at" | Optional> & Partial<Pick<ActivityEvent, Optional>>,
): ActivityEvent {
  return {
    event_id: randomUUID(),
    at: new Date().toISOString(),
    ...event,
    operation_id: event.operation_id ?? null,
    reason: event.reason ?? null,
    evidence: event.evidence ?? null,
  };
}

const nullAttribute = { NULL: true as const };

/** Writes the event, in the transaction of its change. */
export function createEvent(event: ActivityEvent): WriteItem {
  const { at, entity, before, after, evidence, ...texts } = event;
  const item: RawItem = {
    ...keyOf(event),
    day: stringAttribute(at.slice(0, 10)),
    at: stringAttribute(eventSk(event)),
    before: nullAttribute,
    after: nullAttribute,
    ...eventRow.encode({
      ...texts,
      happened_at: at,
      trial_id: evidence?.trial_id,
      evidence: evidence?.text,
      entity_kind: entity.kind,
      entity_id: entity.id,
      // Raw attributes come from rows that DynamoDB returned.
      before: before as RawItem | null,
      after: after as RawItem | null,
    }),
  };
  return putItem(table(), item, {}, () => new AppError("conflict", "The event could not be kept."));
}

/** Settles an event that was written before the change of another service. */
export function settleEventItem(
  event: Pick<ActivityEvent, "event_id" | "at" | "entity">,
  outcome: ActivityEvent["outcome"],
): WriteItem {
  const change = {
    UpdateExpression: "SET outcome = :outcome",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":outcome": stringAttribute(outcome) },
  };
  const lost = () => new AppError("conflict", `The event ${event.event_id} is gone.`);
  return updateItem(table(), keyOf(event), change, lost);
}

let marking: { day: string; written: Promise<unknown> } | null = null;

/**
 * Records that the day has events, so that readers can skip empty days. Written with every event,
 * because someone may empty the table while the console runs. Concurrent events share one write.
 */
export async function createDayMarker(event: ActivityEvent): Promise<void> {
  const day = event.at.slice(0, 10);
  if (marking?.day !== day) {
    const Item = managementKey(days, day);
    const written = dynamodb()
      .send(new PutItemCommand({ TableName: table(), Item }))
      .finally(() => {
        marking = null;
      });
    marking = { day, written };
  }
  await marking.written;
}

export type EventFilter = Pick<ActivityFilter, "actor" | "kind" | "action" | "day" | "event_id">;

/** Events of one entity, newest first, 50 a page, read consistently. */
export function listEventsOf(
  entity: ActivityEntity,
  cursor: string | undefined,
  filter: EventFilter = {},
): Promise<ActivityPage> {
  const query = { ConsistentRead: true, pk: ["pk", entityPk(entity)], sk: "sk" } as const;
  return collectPage([query], cursor, filter);
}

/** Events of all entities, newest first, 50 a page, from the index by day. */
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
 * The next page of several queries in order. A filter may match few rows, so the page ends early
 * after a fixed number of reads; its cursor continues from there.
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
      if (from && reads >= maxReads) return { events: items.map(toEvent), cursor: from };
    } while (from);
  }
  return { events: items.map(toEvent), cursor: null };
}

async function readEvents(
  { pk: [hash, value], sk, ...index }: EventQuery,
  from: string | undefined,
  filter: EventFilter,
  limit: number,
) {
  const conditions = filterConditions(hash, filter);
  const { Items = [], LastEvaluatedKey } = await orIfTableMissing(
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
          ":hash": stringAttribute(value),
          ...(from && { ":from": stringAttribute(from) }),
          ...Object.fromEntries(
            conditions.map(([name, expected]) => [`:${name}`, stringAttribute(expected)]),
          ),
        },
        ScanIndexForward: false,
        // With a filter, DynamoDB's Limit counts rows read, not rows found.
        ...(conditions.length === 0 && { Limit: limit }),
      }),
    ),
    { Items: [], LastEvaluatedKey: undefined },
  );
  const items = Items.slice(0, limit);
  const next = Items.length > limit ? positionOf(items) : LastEvaluatedKey?.[sk]?.S;
  return { items, next: next ?? undefined };
}

function filterConditions(hash: string, filter: EventFilter): [string, string][] {
  const { actor, kind, action, day, event_id } = filter;
  // DynamoDB rejects a filter on a key of the index, and the query already names the day.
  const unlessKey = hash === "day" ? undefined : day;
  const filters = { actor, entity_kind: kind, action, event_id, day: unlessKey };
  return Object.entries(filters).flatMap(([name, value]) => (value ? [[name, value]] : []));
}

function positionOf(items: RawItem[]): string | null {
  return items.at(-1)?.at?.S ?? null;
}

async function daysUpTo(last: string | undefined): Promise<string[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: last ? "pk = :pk AND sk <= :last" : "pk = :pk",
    ExpressionAttributeValues: {
      ":pk": stringAttribute(days),
      ...(last && { ":last": stringAttribute(last) }),
    },
    ScanIndexForward: false,
  });
  return (await orIfTableMissing(query, [])).map((item) => item.sk?.S ?? "");
}

function toEvent(item: RawItem): ActivityEvent {
  const { event_id, happened_at, entity_kind, entity_id, trial_id, evidence, ...event } =
    eventRow.decode(item);
  return {
    event_id,
    at: happened_at,
    entity: { kind: entity_kind, id: entity_id },
    ...event,
    evidence: trial_id && evidence ? { trial_id, text: evidence } : null,
  };
}
