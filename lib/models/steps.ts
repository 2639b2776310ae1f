import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { etagOf } from "@/lib/aws/attributes";
import type { WriteItem } from "@/lib/aws/transact";
import {
  type BuiltStep,
  changedByOthers,
  changesOf,
  etagAfter,
  matches,
  type Step,
} from "@/lib/operations/step";
import { attributeItems, deletionItems, dropOtherDefaults } from "./changes";
import { agentsGuard, readGuard, touchGuard } from "./notes-repository";
import { createModelRow, findModelRow } from "./repository";
import type { DefectiveRow, ModelRow } from "./row";
import { refuseInUse } from "./rules";
import { usersOf } from "./users";

/**
 * What one step of an operation writes to LLMModels, by what the row is now.
 * @throws AppError when the row has changed meanwhile or agents use a model that is to go
 */
export async function buildModelStep(
  actor: Actor,
  step: Step,
  operation_id: string | undefined,
): Promise<BuiltStep> {
  const row = await findModelRow(step.entity.id);
  if (step.before === null) return creation(actor, step, row, operation_id);
  if (!row || !matches(row.raw, step)) throw changedByOthers(step);
  if (step.after === null) return deletion(actor, row, operation_id);
  const written = changesOf(step);
  const at = new Date().toISOString();
  const own = await attributeItems(actor, row, written, { at, whole: true, operation_id });
  return { own, shared: [], alone: "is_default" in written, etagAfter: etagAfter(row.raw, step) };
}

async function creation(
  actor: Actor,
  step: Step,
  row: ModelRow | DefectiveRow | null,
  operation_id: string | undefined,
): Promise<BuiltStep> {
  const { entity, after } = step;
  if (row || !after) throw changedByOthers(step);
  const isDefault = after.is_default?.BOOL === true;
  const at = new Date().toISOString();
  const defaults = isDefault ? await dropOtherDefaults(actor, entity.id, at, operation_id) : [];
  const change = { action: "model.create", entity, before: null, after, operation_id } as const;
  const own = [...defaults, createModelRow(after), await changeEvent(actor, change)];
  return { own, shared: [], alone: isDefault, etagAfter: etagOf(after) };
}

async function deletion(
  actor: Actor,
  row: ModelRow | DefectiveRow,
  operation_id: string | undefined,
): Promise<BuiltStep> {
  const guard = agentsGuard(row.pk);
  const seen = await readGuard(guard);
  refuseInUse(row.pk, await usersOf(row.pk));
  const own: WriteItem[] = [
    touchGuard(guard, seen),
    ...(await deletionItems(actor, row, operation_id)),
  ];
  return { own, shared: [], alone: true, etagAfter: null };
}
