import * as z from "zod/mini";
import { type ActivityAction, activityActions, entityKinds } from "./rules/actions";

export type { ActivityAction };

/** Raw attribute values in DynamoDB's JSON format, such as {"S": "text"}. */
export type RawAttributes = Record<string, object>;
export const RawAttributes: z.ZodMiniType<RawAttributes> = z.record(z.string(), z.looseObject({}));

export const ActivityEntity = z.strictObject({ kind: z.enum(entityKinds), id: z.string() });
export type ActivityEntity = z.infer<typeof ActivityEntity>;

/** The trial that led to a switch, and its result at that time. */
export const TrialEvidence = z.strictObject({ trial_id: z.string(), text: z.string() });
export type TrialEvidence = z.infer<typeof TrialEvidence>;

export const ActivityEvent = z.strictObject({
  event_id: z.string(),
  at: z.string(),
  actor: z.string(),
  action: z.enum(activityActions),
  entity: ActivityEntity,
  /** `pending` until a change in another service (the secret) is known to be done or refused. */
  outcome: z.enum(["done", "pending", "refused", "unknown"]),
  /** Only the attributes that changed; null if the entity didn't exist. */
  before: z.nullable(RawAttributes),
  after: z.nullable(RawAttributes),
  request_id: z.nullable(z.string()),
  operation_id: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  evidence: z.nullable(TrialEvidence),
});
export type ActivityEvent = z.infer<typeof ActivityEvent>;

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
  /** Only this event of the entity. */
  event_id: z.optional(z.string()),
  actor: z.optional(z.string()),
  kind: z.optional(z.enum(entityKinds, { error: `Must be one of ${entityKinds.join(", ")}` })),
  action: z.optional(z.enum(activityActions, { error: "There is no such action" })),
  day: z.optional(z.iso.date({ error: "Must be a date such as 2026-12-31" })),
});
export type ActivityFilter = z.infer<typeof ActivityFilter>;

export const ActivityPage = z.strictObject({
  /** Newest first. */
  events: z.array(ActivityEvent),
  /** For the next page; null when this is the last one. */
  cursor: z.nullable(z.string()),
});
export type ActivityPage = z.infer<typeof ActivityPage>;
