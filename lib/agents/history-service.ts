import "server-only";
import type { ActivityPage, Rollback } from "@/lib/activity/schema";
import { getEvent, listActivity } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { rollbackStep } from "@/lib/operations/step";
import { agentEntityId } from "./rules/entity";
import { readDeployed } from "./runtime-service";
import type { AgentKey, AgentRecord } from "./schema";
import { getAgent, requireAgentRow, throwWithCurrent } from "./service";
import { buildAgentStep } from "./step-service";
import { resolveRollbackModel } from "./switch-service";

/** The agent's events, newest first. */
export function agentHistory(key: AgentKey, cursor: string | undefined): Promise<ActivityPage> {
  return listActivity({ entity: `agent:${agentEntityId(key)}`, cursor });
}

/**
 * Rolls one event back, if the agent still has the values that the event set. The earlier model
 * must pass the rules of a switch.
 * @throws AppError `not_found`, `conflict` with the current record, and every refusal of a switch
 */
export async function rollbackAgent(
  actor: Actor,
  key: AgentKey,
  { event_id, override_reason }: Rollback,
): Promise<AgentRecord> {
  const entity = { kind: "agent", id: agentEntityId(key) } as const;
  const event = await getEvent(entity, event_id);
  const row = await readDeployed(await requireAgentRow(key));
  const model_pk = await resolveRollbackModel(row, event.before ?? {}, override_reason);
  const step = rollbackStep(entity, event, model_pk);
  const built = await buildAgentStep(actor, step, undefined, override_reason).catch((error) =>
    throwWithCurrent(error, key, null, error.message),
  );
  const items = [...built.own, ...built.shared.flatMap((shared) => shared.items)];
  await transact(items).catch((error) => throwWithCurrent(error, key, null));
  return getAgent(key);
}
