import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { invalidField } from "@/lib/errors";
import {
  createEvent,
  listEvents,
  listEventsOf,
  newEvent,
  registerDay,
  settleEvent,
} from "./repository";
import type {
  ActivityAction,
  ActivityEntity,
  ActivityEvent,
  ActivityFilter,
  ActivityPage,
  RawAttributes,
} from "./schema";

type Change = {
  action: ActivityAction;
  entity: ActivityEntity;
  before: RawAttributes | null;
  after: RawAttributes | null;
  reason?: string | null;
  operation_id?: string | null;
};

/** The event of a change in DynamoDB, to be written in the same transaction as the change. */
export async function changeEvent(actor: Actor, change: Change): Promise<WriteItem> {
  const event = newEvent({ ...change, ...who(actor), outcome: "done" });
  await registerDay(event);
  return createEvent(event);
}

/** Writes down what is about to be changed in another service; settle it afterwards. */
export async function beginEvent(actor: Actor, change: Change): Promise<ActivityEvent> {
  const event = newEvent({ ...change, ...who(actor), outcome: "pending" });
  await registerDay(event);
  await transact([createEvent(event)]);
  return event;
}

/** The end of a change in another service, for the transaction that notes its result. */
export function settled(event: ActivityEvent, outcome: "done" | "refused"): WriteItem {
  return settleEvent(event, outcome);
}

/** Who changed what, newest first, 50 a page. */
export function listActivity(filter: ActivityFilter): Promise<ActivityPage> {
  if (filter.entity === undefined) return listEvents(filter.cursor);
  return listEventsOf(parseEntity(filter.entity), filter.cursor);
}

const kinds = ["model", "agent", "key"] as const;

function parseEntity(given: string): ActivityEntity {
  const separator = given.indexOf(":");
  const kind = kinds.find((entry) => entry === given.slice(0, separator));
  const id = given.slice(separator + 1);
  if (kind && id) return { kind, id };
  const example = "model:openai#gpt-4o, agent:sql-agent/v1.0 or key:openai";
  throw invalidField("entity", `Write the kind and the id, such as ${example}.`);
}

function who(actor: Actor) {
  return { actor: actor.name, request_id: actor.requestId };
}
