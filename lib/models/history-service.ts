import "server-only";
import type { ActivityPage, Rollback } from "@/lib/activity/schema";
import { getEvent, listActivity } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { retryOnGuardConflict } from "@/lib/guards/service";
import { rollbackStep } from "@/lib/operations/step";
import { repricingUndo } from "./price-record-service";
import { detectModelRevert } from "./reverted-service";
import { type ModelKey, type ModelRecord, modelPk } from "./schema";
import { getModel, showCurrent, showCurrentWhenBusy } from "./service";
import { buildModelStep } from "./step-service";

/** The model's events, newest first, with what another writer did since it was set here. */
export async function modelHistory(
  key: ModelKey,
  cursor: string | undefined,
): Promise<ActivityPage> {
  await detectModelRevert(modelPk(key));
  return listActivity({ entity: `model:${modelPk(key)}`, cursor });
}

/**
 * Undoes one event if the row is still as it left it; also restores a retired model.
 * @throws AppError `not_found`, `conflict` with the current record
 */
export async function rollbackModel(
  actor: Actor,
  key: ModelKey,
  { event_id }: Rollback,
): Promise<ModelRecord> {
  const entity = { kind: "model", id: modelPk(key) } as const;
  const event = await getEvent(entity, event_id);
  if (event.before === null && event.action !== "model.reverted") {
    throw new AppError("conflict", "This event created the model: retire it to take that back.");
  }
  const { prices_from: _, ...after } = event.after ?? {};
  const step = rollbackStep(entity, { ...event, after: event.after && after }, null);
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
