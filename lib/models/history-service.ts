import "server-only";
import type { ActivityEvent, ActivityPage, Rollback } from "@/lib/activity/schema";
import { getEvent, listActivity } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { retryOnGuardConflict } from "@/lib/guards/service";
import { rollbackStep } from "@/lib/operations/step";
import { assertDefaultCallable } from "./evidence-service";
import { repricingUndo } from "./price-record-service";
import { findModelRow } from "./repository";
import { detectModelRevert } from "./reverted-service";
import { isDefective } from "./rules/soundness";
import { type ModelKey, type ModelRecord, modelPk } from "./schema";
import { getModel, showCurrent, showCurrentWhenBusy } from "./service";
import { buildModelStep } from "./step-service";

/**
 * The model's events, newest first. First records what another writer changed since it was set
 * here.
 */
export async function modelHistory(
  key: ModelKey,
  cursor: string | undefined,
): Promise<ActivityPage> {
  // A failure to detect external changes must not prevent reading the history.
  await detectModelRevert(modelPk(key)).catch(() => null);
  return listActivity({ entity: `model:${modelPk(key)}`, cursor });
}

/**
 * Undoes one event if the row still has the values that the event set. Also restores a retired
 * model.
 * @throws AppError `not_found`, `conflict` with the current record, `preflight_blocked`
 */
export async function rollbackModel(
  actor: Actor,
  key: ModelKey,
  { event_id, override_reason }: Rollback,
): Promise<ModelRecord> {
  const entity = { kind: "model", id: modelPk(key) } as const;
  const event = await getEvent(entity, event_id);
  if (event.before === null && event.action !== "model.reverted") {
    throw new AppError("conflict", "This event created the model: retire it to take that back.");
  }
  const { prices_from: _, ...after } = event.after ?? {};
  const isOverridden = await overridesDefault(entity.id, event, override_reason);
  const step = {
    ...rollbackStep(entity, { ...event, after: event.after && after }, null),
    ...(isOverridden && override_reason && { override_reason }),
  };
  let superseded: string | undefined;
  await retryOnGuardConflict(async () => {
    const { own } = await buildModelStep(actor, step, undefined).catch((error) => {
      superseded = error.message;
      throw error;
    });
    await transact([...own, ...(await repricingUndo(modelPk(key), event.after))]);
  })
    .catch((error) => showCurrent(error, key, null, superseded))
    .catch((error) => showCurrentWhenBusy(error, key));
  return getModel(key);
}

/** @throws AppError `preflight_blocked` if a model that can't be called would become the default */
async function overridesDefault(
  pk: string,
  { before, after }: Pick<ActivityEvent, "before" | "after">,
  reason: string | undefined,
): Promise<boolean> {
  const isDefault = before?.is_default && "BOOL" in before.is_default && before.is_default.BOOL;
  const row = isDefault && after !== null ? await findModelRow(pk) : null;
  return row !== null && !isDefective(row) && !row.is_default
    ? assertDefaultCallable(row, reason)
    : false;
}
