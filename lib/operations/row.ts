import "server-only";
import * as z from "zod";
import type { RawItem } from "@/lib/aws/attributes";
import { managementKey } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { type OperationItem, type OperationKind, operationKinds } from "./schema";
import type { Step } from "./step";

export const operationPk = (id: string) => `operation#${id}`;
export const itemsPrefix = "item#";
const itemSk = (index: number) => `${itemsPrefix}${String(index).padStart(6, "0")}`;

type StepEntity = Step["entity"];

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

/** A step with its position in the operation. */
export type StoredStep = OperationItem & { step: Step; etag_after: string | null };

/** The key of an operation's head. */
export function headKey(id: string): RawItem {
  return managementKey(operationPk(id), "head");
}

/** The key of a step; queries return steps in this order. */
export function itemKey(id: string, index: number): RawItem {
  return managementKey(operationPk(id), itemSk(index));
}

const headRow = rowCodec({
  operation_id: field.text,
  kind: z.enum(operationKinds).catch("undo"),
  title: field.text,
  actor: field.text,
  created_at: field.text,
  total: field.number,
  stopped: field.flag,
  undo_of: field.optionalText,
  undone_by: field.optionalText,
});

/** The row of a head. */
export function toHead(head: OperationHead): RawItem {
  return { ...headKey(head.operation_id), ...headRow.encode(head) };
}

/** The head of a row. */
export const fromHead = (item: RawItem): OperationHead => headRow.decode(item);

const stepRow = rowCodec({
  index: field.number,
  outcome: z.enum(["pending", "done", "refused"]).catch("pending"),
  message: field.optionalText,
  entity_kind: field.trusted<StepEntity["kind"]>(),
  entity_id: field.text,
  before: field.attributes,
  after: field.attributes,
  expected_etag: field.optionalText,
  etag_after: field.optionalText,
  takes_back: field.flag,
  model_pk: field.optionalText,
  model_pk_before: field.optionalText,
  override_reason: field.optionalText,
  trial_id: field.optionalText,
  evidence: field.optionalText,
  to_inactive: field.flag,
  from_inactive: field.flag,
});

/** The row of a step that is still pending. */
export function toItem(id: string, step: Step, index: number): RawItem {
  const { entity, to_inactive, from_inactive, evidence, ...values } = step;
  return {
    ...itemKey(id, index),
    ...stepRow.encode({
      ...values,
      index,
      outcome: "pending",
      entity_kind: entity.kind,
      entity_id: entity.id,
      trial_id: evidence?.trial_id,
      evidence: evidence?.text,
      // Stored only if true.
      to_inactive: to_inactive || undefined,
      from_inactive: from_inactive || undefined,
    }),
  };
}

/** The step of a row, with its outcome. */
export function fromItem(item: RawItem): StoredStep {
  const { index, outcome, message, etag_after, entity_kind, entity_id, ...values } =
    stepRow.decode(item);
  const { before, after, override_reason, to_inactive, from_inactive, ...others } = values;
  const { trial_id, evidence, ...rest } = others;
  const entity: StepEntity = { kind: entity_kind, id: entity_id };
  return {
    index,
    entity,
    action: before === null ? "create" : after === null ? "delete" : "update",
    outcome,
    message,
    etag_after,
    step: {
      entity,
      before,
      after,
      ...rest,
      ...(override_reason && { override_reason }),
      ...(trial_id && evidence && { evidence: { trial_id, text: evidence } }),
      ...(to_inactive && { to_inactive }),
      ...(from_inactive && { from_inactive }),
    },
  };
}
