import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { holdModel } from "@/lib/models/reference-service";
import {
  type BuiltStep,
  changedByOthers,
  changesOf,
  etagAfter,
  matches,
  type Step,
} from "@/lib/operations/step";
import { findAgentRow, updateAgentRow } from "./repository";
import { agentEntityKey } from "./rules/entity";
import { noteSettings } from "./settings-repository";
import { refuseFixedProvider } from "./switch-service";

/**
 * What one step of an operation writes to AgentRegistry, by what the row is now.
 * @throws AppError when the row has changed meanwhile, or its provider is fixed by now
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
  if (!row || !before || !after || !matches(row.raw, step)) throw changedByOthers(step, row);
  const written = changesOf(step);
  refuseFixedProvider(row, written.llm_provider?.S);
  const why = reason ?? step.override_reason;
  const change = {
    action: "agent.update",
    entity,
    before,
    after,
    operation_id,
    reason: why,
  } as const;
  return {
    own: [
      updateAgentRow(row, written, Object.keys(row.raw)),
      await changeEvent(actor, change),
      noteSettings(actor.name, row, written),
    ],
    shared: model_pk === null ? [] : [{ key: model_pk, items: holdModel(model_pk, to_inactive) }],
    alone: false,
    etagAfter: etagAfter(row.raw, step),
  };
}
