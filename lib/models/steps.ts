import "server-only";
import { changeEvent } from "@/lib/activity/service";
import { listUsersByModel } from "@/lib/agents/references";
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
import { attributeItems, deletionItems, dropOtherDefaults, otherDefaults } from "./changes";
import { agentsGuard, readGuard, touchGuard } from "./notes-repository";
import { createModelRow, findModelRow, listModelPks } from "./repository";
import type { DefectiveRow, ModelRow } from "./row";
import { refuseInUse } from "./rules";
import type { AgentRef } from "./schema";

/**
 * What one step of an operation writes to LLMModels, by what the row is now.
 * @throws AppError when the row has changed meanwhile or agents use a model that is to go
 */
export async function buildModelStep(
  actor: Actor,
  step: Step,
  operation_id: string | undefined,
  uses?: ModelUses,
): Promise<BuiltStep> {
  const row = await findModelRow(step.entity.id);
  if (step.before === null) return creation(actor, step, row, operation_id);
  if (!row || !matches(row.raw, step)) throw changedByOthers(step);
  if (step.after === null) {
    return deletion(actor, row, operation_id, uses ?? (await readUses([row.pk])));
  }
  const written = changesOf(step);
  // What is taken back must not take the default from a model that somebody has chosen since.
  const isTakenBack = step.expected_etag !== null && written.is_default?.BOOL === true;
  if (isTakenBack && (await otherDefaults(row.pk)).length > 0) throw changedByOthers(step);
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
  uses: ModelUses,
): Promise<BuiltStep> {
  refuseInUse(row.pk, uses.users.get(row.pk) ?? []);
  const own: WriteItem[] = [
    touchGuard(agentsGuard(row.pk), uses.guards.get(row.pk)),
    ...(await deletionItems(actor, row, operation_id)),
  ];
  return { own, shared: [], alone: false, etagAfter: null };
}

/** Who uses the models that are to go, and the guards as they were before that was asked. */
export type ModelUses = { guards: Map<string, number>; users: Map<string, AgentRef[]> };

/** One read of the agents for many deletions. */
export async function readUses(pks: string[]): Promise<ModelUses> {
  const guards = await Promise.all(
    pks.map(async (pk) => [pk, await readGuard(agentsGuard(pk))] as const),
  );
  return { guards: new Map(guards), users: await listUsersByModel(await listModelPks()) };
}
