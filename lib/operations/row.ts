import "server-only";
import type { ActivityEntity } from "@/lib/activity/schema";
import { count, flag, type RawItem, text } from "@/lib/aws/attributes";
import type { ItemOutcome, OperationItem, OperationKind } from "./schema";
import type { Step } from "./step";

export const operationPk = (id: string) => `operation#${id}`;
export const itemsPrefix = "item#";
const itemSk = (index: number) => `${itemsPrefix}${String(index).padStart(6, "0")}`;

export type OperationHead = {
  operation_id: string;
  kind: OperationKind;
  title: string;
  actor: string;
  created_at: string;
  total: number;
  stopped: boolean;
  undo_of: string | null;
  undone_by: string | null;
};

/** A step as it stands in its operation. */
export type StoredStep = OperationItem & { step: Step; etag_after: string | null };

/** The key of what an operation says of itself. */
export function headKey(id: string): RawItem {
  return { pk: text(operationPk(id)), sk: text("head") };
}

/** The key of one step, in whose order a query finds them. */
export function itemKey(id: string, index: number): RawItem {
  return { pk: text(operationPk(id)), sk: text(itemSk(index)) };
}

/** The row of a head. */
export function toHead({ stopped, total, undo_of, undone_by, ...texts }: OperationHead): RawItem {
  return {
    ...headKey(texts.operation_id),
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(value)])),
    total: count(total),
    stopped: flag(stopped),
    ...(undo_of && { undo_of: text(undo_of) }),
    ...(undone_by && { undone_by: text(undone_by) }),
  };
}

/** The head of a row. */
export function fromHead(item: RawItem): OperationHead {
  return {
    operation_id: item.operation_id?.S ?? "",
    // Only toHead writes these rows.
    kind: (item.kind?.S ?? "undo") as OperationKind,
    title: item.title?.S ?? "",
    actor: item.actor?.S ?? "",
    created_at: item.created_at?.S ?? "",
    total: Number(item.total?.N ?? 0),
    stopped: item.stopped?.BOOL ?? false,
    undo_of: item.undo_of?.S ?? null,
    undone_by: item.undone_by?.S ?? null,
  };
}

/** The row of a step that is still to be carried out. */
export function toItem(id: string, step: Step, index: number): RawItem {
  return {
    ...itemKey(id, index),
    index: count(index),
    outcome: text("pending"),
    entity_kind: text(step.entity.kind),
    entity_id: text(step.entity.id),
    ...(step.before && { before: { M: step.before } }),
    ...(step.after && { after: { M: step.after } }),
    ...(step.expected_etag && { expected_etag: text(step.expected_etag) }),
    takes_back: flag(step.takes_back),
    ...(step.model_pk && { model_pk: text(step.model_pk) }),
    ...(step.override_reason && { override_reason: text(step.override_reason) }),
    ...(step.model_pk_before && { model_pk_before: text(step.model_pk_before) }),
    ...(step.to_inactive && { to_inactive: flag(true) }),
    ...(step.from_inactive && { from_inactive: flag(true) }),
  };
}

/** The step of a row, with its outcome. */
export function fromItem(item: RawItem): StoredStep {
  // Only toItem and settleStep write these rows: that holds for the outcome below too.
  const kind = item.entity_kind?.S as "model" | "agent";
  const entity: ActivityEntity & { kind: "model" | "agent" } = {
    kind,
    id: item.entity_id?.S ?? "",
  };
  const before = item.before?.M ?? null;
  const after = item.after?.M ?? null;
  return {
    index: Number(item.index?.N ?? 0),
    entity,
    action: before === null ? "create" : after === null ? "delete" : "update",
    outcome: (item.outcome?.S ?? "pending") as ItemOutcome,
    message: item.message?.S ?? null,
    etag_after: item.etag_after?.S ?? null,
    step: {
      entity,
      before,
      after,
      expected_etag: item.expected_etag?.S ?? null,
      takes_back: item.takes_back?.BOOL ?? false,
      model_pk: item.model_pk?.S ?? null,
      model_pk_before: item.model_pk_before?.S ?? null,
      ...(item.override_reason?.S && { override_reason: item.override_reason.S }),
      ...(item.to_inactive?.BOOL && { to_inactive: true }),
      ...(item.from_inactive?.BOOL && { from_inactive: true }),
    },
  };
}
