import "server-only";
import type { ActivityEntity, RawAttributes, TrialEvidence } from "@/lib/activity/schema";
import type { Actor } from "@/lib/auth/actor";
import { etagOf, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { type AttributeChanges, applyChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";

/**
 * One row to change. `before` and `after` hold the raw values of the attributes that change; null
 * means that the row doesn't exist.
 */
export type Step = {
  entity: ActivityEntity & { kind: "model" | "agent" };
  before: RawItem | null;
  after: RawItem | null;
  /** The etag that the row must have; null: the changed attributes must equal `before`. */
  expected_etag: string | null;
  /** True for undo steps, which don't override later choices. */
  takes_back: boolean;
  /** The key of the target model, which must exist and be active when the step runs. */
  model_pk: string | null;
  /** The key of the former model; null if it wasn't registered. */
  model_pk_before: string | null;
  /** The step returns to a model that was inactive before, so it need only exist. */
  to_inactive?: boolean;
  /** The former model is inactive. */
  from_inactive?: boolean;
  /** The override reason, if findings block the step. */
  override_reason?: string;
  /** The result of a trial of the target model. */
  evidence?: TrialEvidence;
};

/** The writes of one step. */
export type BuiltStep = {
  own: WriteItem[];
  /** Writes that steps of one transaction share, by key. */
  shared: { key: string; items: WriteItem[] }[];
  /** True if the step needs its own transaction. */
  exclusive: boolean;
  /** The etag of the row after the step; null if it is deleted. */
  etagAfter: string | null;
  /** A note on a finished step, such as what couldn't be restored. */
  note?: string;
};

/** @throws AppError if a rule or a concurrent change prevents the step */
export type BuildStep = (
  actor: Actor,
  step: Step,
  operation_id: string | undefined,
) => Promise<BuiltStep>;

/** Turns the steps of a resource into writes. */
export type StepBuilder = {
  /** Reads once what all these steps need, and returns a function that builds each step. */
  prepare: (steps: Step[]) => Promise<BuildStep>;
  /** Plans a refused deletion again, on the current row. */
  replanDeletion?: (step: Step) => Promise<Step>;
};

/** The step builders of an operation, by kind of entity. */
export type StepBuilders = Partial<Record<Step["entity"]["kind"], StepBuilder>>;

/** The reverse of a step, valid until the row changes again. */
export function reverseStep(step: Step, etag: string | null): Step {
  return {
    entity: step.entity,
    before: step.after,
    after: step.before,
    expected_etag: etag,
    takes_back: true,
    model_pk: step.model_pk_before,
    model_pk_before: step.model_pk,
    ...(step.from_inactive && { to_inactive: true }),
    ...(step.to_inactive && { from_inactive: true }),
  };
}

/**
 * The step that rolls back one event. `updated_at` isn't rolled back, because the rollback is a new
 * change.
 */
export function rollbackStep(
  entity: Step["entity"],
  event: { before: RawAttributes | null; after: RawAttributes | null },
  model_pk: string | null,
): Step {
  const now = stringAttribute(new Date().toISOString());
  const { updated_at: _, ...before } = rawItem(event.after ?? {});
  return {
    entity,
    before: event.after && before,
    after: event.before && { ...rawItem(event.before), updated_at: now },
    expected_etag: null,
    // A restored row counts as an undo; a rolled-back change doesn't.
    takes_back: event.after === null,
    model_pk,
    model_pk_before: null,
  };
}

/** Events store the raw values of rows. */
function rawItem(attributes: RawAttributes): RawItem {
  return attributes as RawItem;
}

/** The attributes that a step writes; null removes one. */
export function stepChanges({ before, after }: Step): AttributeChanges {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return Object.fromEntries([...names].map((name) => [name, after?.[name] ?? null]));
}

/** Whether the row is in the state that the step expects. */
export function matchesRow(raw: RawItem, step: Step): boolean {
  if (step.expected_etag !== null) return etagOf(raw) === step.expected_etag;
  return hasValues(raw, step.before ?? {}, step);
}

/** The members of a set have no order. */
export function isSameValue(
  a: RawItem[string] | undefined,
  b: RawItem[string] | undefined,
): boolean {
  if (a === undefined || b === undefined) return a === b;
  return etagOf({ value: a }) === etagOf({ value: b });
}

/** The etag that the row will have after the step. */
export function etagAfter(raw: RawItem, step: Step): string {
  return etagOf(applyChanges(raw, stepChanges(step)));
}

/** Whether the attributes that the step writes have these values, except `updated_at`. */
export function hasValues(raw: RawItem, values: RawItem, step: Step): boolean {
  const names = Object.keys(stepChanges(step)).filter((name) => name !== "updated_at");
  return names.every((name) => isSameValue(raw[name], values[name]));
}
