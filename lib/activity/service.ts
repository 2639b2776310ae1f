import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { AppError, invalidField } from "@/lib/errors";
import {
  createDayMarker,
  createEvent,
  type EventFilter,
  listEvents,
  listEventsOf,
  newEvent,
  settleEventItem,
} from "./repository";
import { entityKinds } from "./rules/actions";
import type {
  ActivityAction,
  ActivityEntity,
  ActivityEvent,
  ActivityFilter,
  ActivityPage,
  RawAttributes,
  TrialEvidence,
} from "./schema";

type Change = {
  action: ActivityAction;
  entity: ActivityEntity;
  before: RawAttributes | null;
  after: RawAttributes | null;
  reason?: string | null;
  operation_id?: string | null;
  evidence?: TrialEvidence | null;
};

/** The event of a change in DynamoDB, for the same transaction as the change. */
export async function changeEvent(actor: Actor, change: Change): Promise<WriteItem> {
  const event = newEvent({ ...change, ...actorFields(actor), outcome: "done" });
  await createDayMarker(event);
  return createEvent(event);
}

/** Records a change that is about to happen in another service; settle it afterwards. */
export async function startEvent(
  actor: Actor,
  change: Change,
  beside: (event: ActivityEvent) => WriteItem[],
): Promise<ActivityEvent> {
  const event = newEvent({ ...change, ...actorFields(actor), outcome: "pending" });
  await createDayMarker(event);
  await transact([createEvent(event), ...beside(event)]);
  return event;
}

/** Records a refusal or an external change, neither of which has a transaction to join. */
export async function recordEvent(
  actor: { name: string; requestId: string | null },
  change: Change,
  outcome: "done" | "refused",
): Promise<void> {
  const event = newEvent({ ...change, actor: actor.name, request_id: actor.requestId, outcome });
  await createDayMarker(event);
  await transact([createEvent(event)]);
}

/** Settles a change in another service, for the transaction that records its result. */
export function settleEvent(
  event: Pick<ActivityEvent, "event_id" | "at" | "entity">,
  outcome: "done" | "refused" | "unknown",
): WriteItem {
  return settleEventItem(event, outcome);
}

/** Events, newest first, 50 a page. With `event_id`, only that event of the entity. */
export async function listActivity(request: ActivityFilter): Promise<ActivityPage> {
  const { entity, cursor, ...filter } = request;
  if (entity === undefined) return listEvents(cursor, filter);
  const parsed = parseEntity(entity);
  if (filter.event_id === undefined) return listEventsOf(parsed, cursor, filter);
  const event = await findLatestEvent(parsed, () => true, filter);
  return { events: event ? [event] : [], cursor: null };
}

/** All matching events, newest first, page by page. The first page is read immediately. */
export async function exportActivity(
  filter: ActivityFilter,
): Promise<AsyncGenerator<ActivityEvent[]>> {
  return pagesFrom(await listActivity(filter), filter);
}

async function* pagesFrom(first: ActivityPage, filter: ActivityFilter) {
  let page = first;
  yield page.events;
  while (page.cursor) {
    page = await listActivity({ ...filter, cursor: page.cursor });
    yield page.events;
  }
}

/**
 * One event of an entity.
 * @throws AppError `not_found`
 */
export async function getEvent(entity: ActivityEntity, eventId: string): Promise<ActivityEvent> {
  const event = await findLatestEvent(entity, () => true, { event_id: eventId });
  if (event) return event;
  throw new AppError(
    "not_found",
    `There is no event "${eventId}" of ${entity.kind} "${entity.id}".`,
  );
}

/** The latest matching event of an entity; null if there is none. */
export async function findLatestEvent(
  entity: ActivityEntity,
  matches: (event: ActivityEvent) => boolean,
  filter: EventFilter = {},
): Promise<ActivityEvent | null> {
  let cursor: string | undefined;
  do {
    const page = await listEventsOf(entity, cursor, filter);
    const event = page.events.find(matches);
    if (event) return event;
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return null;
}

/** The event of an external change. */
export async function externalChangeEvent(change: Change) {
  const event = newEvent({ ...change, actor: "outside", request_id: null, outcome: "done" });
  await createDayMarker(event);
  return { event, item: createEvent(event) };
}

function parseEntity(text: string): ActivityEntity {
  const separator = text.indexOf(":");
  const kind = entityKinds.find((entry) => entry === text.slice(0, separator));
  const id = text.slice(separator + 1);
  if (kind && id) return { kind, id };
  const example = "model:openai#gpt-4o, agent:sql-agent/v1.0 or key:openai";
  throw invalidField("entity", `Write the kind and the id, such as ${example}.`);
}

function actorFields(actor: Actor) {
  return { actor: actor.name, request_id: actor.requestId };
}
