import * as z from "zod/mini";
import { type ActivityAction, activityActions, entityKinds } from "./rules/actions";

export type { ActivityAction };

/** A raw attribute value as DynamoDB's JSON writes it, such as {"S": "text"}. */
export type RawAttributes = Record<string, object>;

export type ActivityEntity = { kind: (typeof entityKinds)[number]; id: string };

export type ActivityEvent = {
  event_id: string;
  at: string;
  actor: string;
  action: ActivityAction;
  entity: ActivityEntity;
  /** `pending` until a change of another service (the secret) is known to be done or refused. */
  outcome: "done" | "pending" | "refused" | "unknown";
  /** Only the attributes that changed; null when the thing did not exist. */
  before: RawAttributes | null;
  after: RawAttributes | null;
  request_id: string | null;
  operation_id: string | null;
  reason: string | null;
};

export const Rollback = z.strictObject({
  event_id: z.string({ error: "Name the event" }).check(z.minLength(1, "Name the event")),
  override_reason: z.optional(
    z.string().check(z.trim(), z.minLength(3, "Say why this goes ahead")),
  ),
});
export type Rollback = z.infer<typeof Rollback>;

export const PageCursor = z.object({ cursor: z.optional(z.string()) });

export const ActivityFilter = z.object({
  /** `model:openai#gpt-4o`, `agent:sql-agent/v1.0`, `key:openai`. */
  entity: z.optional(z.string()),
  cursor: z.optional(z.string()),
  /** One event of the entity alone. */
  event_id: z.optional(z.string()),
  actor: z.optional(z.string()),
  kind: z.optional(z.enum(entityKinds, { error: `Must be one of ${entityKinds.join(", ")}` })),
  action: z.optional(z.enum(activityActions, { error: "There is no such action" })),
  day: z.optional(z.iso.date({ error: "Must be a date such as 2026-12-31" })),
});
export type ActivityFilter = z.infer<typeof ActivityFilter>;

export type ActivityPage = { events: ActivityEvent[]; cursor: string | null };
