import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { readStoredFindings } from "@/lib/models/evidence-service";
import { findModelRow } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
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
import { rowAttributes } from "./row";
import { agentEntityKey } from "./rules/entity";
import { readAllDeployed } from "./runtime-service";
import { assertProviderNotFixed } from "./switch-service";

/**
 * Builds the writes of one operation step from the current row.
 * @throws AppError if the row has changed, or the agent's provider can no longer be changed
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
  const [deployed = row] = await readAllDeployed([row]);
  assertProviderNotFixed(deployed, written.llm_provider?.S);
  const { own, held } = await changeWrites(actor, row, {
    written,
    before,
    after,
    dependsOn: rowAttributes(row.raw),
    model: model_pk === null ? null : { pk: model_pk, mayBeInactive: to_inactive },
    operation_id,
    reason: reason ?? step.override_reason,
    evidence: step.evidence,
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
  prepare: async () => {
    const problems = new Map<string, Promise<string | null>>();
    return async (actor, step, operation_id) => {
      const { takes_back, model_pk, override_reason } = step;
      if (takes_back && model_pk !== null && override_reason === undefined) {
        const problem = problems.get(model_pk) ?? problemOf(model_pk);
        problems.set(model_pk, problem);
        assertCallable(model_pk, await problem);
      }
      return buildAgentStep(actor, step, operation_id);
    };
  },
};

/** Why agents should not return to the model; null if nothing is known against it. */
async function problemOf(pk: string): Promise<string | null> {
  const row = await findModelRow(pk);
  if (!row || isDefective(row)) return null;
  const { blocking } = await readStoredFindings(row);
  return blocking.length > 0 ? blocking.map(({ title }) => title).join("; ") : null;
}

/**
 * An undo checks the model like a switch, because it may have been retired since.
 * @throws AppError `preflight_blocked`
 */
function assertCallable(pk: string, problem: string | null): void {
  if (problem === null) return;
  const message = `It was not put back on "${pk}", where its next invocation would fail: ${problem}. To put it back all the same, roll back its change in Activity with a reason.`;
  throw new AppError("preflight_blocked", message);
}
