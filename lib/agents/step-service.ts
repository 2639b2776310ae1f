import "server-only";
import type { Actor } from "@/lib/auth/actor";
import {
  type BuiltStep,
  etagAfter,
  matchesRow,
  type Step,
  type StepBuilder,
  stepChanges,
} from "@/lib/operations/step";
import { stepConflict } from "@/lib/operations-conflict";
import { changeWrites } from "./change-service";
import { findAgentRow } from "./repository";
import { agentEntityKey } from "./rules/entity";
import { assertProviderNotFixed } from "./switch-service";

/**
 * Builds the writes of one operation step from the current row.
 * @throws AppError if the row changed, or the agent's provider can no longer change
 */
export async function buildAgentStep(
  actor: Actor,
  step: Step,
  operation_id: string | undefined,
  reason?: string,
): Promise<BuiltStep> {
  const { entity, before, after, model_pk, to_inactive } = step;
  const key = agentEntityKey(entity.id);
  const row = key && (await findAgentRow(key));
  if (!row || !before || !after || !matchesRow(row.raw, step)) {
    throw await stepConflict(step, row);
  }
  const written = stepChanges(step);
  assertProviderNotFixed(row, written.llm_provider?.S);
  const { own, held } = await changeWrites(actor, row, {
    written,
    before,
    after,
    dependsOn: Object.keys(row.raw),
    model: model_pk === null ? null : { pk: model_pk, mayBeInactive: to_inactive },
    operation_id,
    reason: reason ?? step.override_reason,
  });
  return {
    own,
    shared: model_pk === null ? [] : [{ key: model_pk, items: held }],
    exclusive: false,
    etagAfter: etagAfter(row.raw, step),
  };
}

/** How operations change agents. */
export const agentSteps: StepBuilder = {
  prepare: async () => (actor, step, operation_id) => buildAgentStep(actor, step, operation_id),
};
