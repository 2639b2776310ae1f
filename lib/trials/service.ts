import "server-only";
import { changeEvent } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import type { Actor } from "@/lib/auth/actor";
import { stringAttribute } from "@/lib/aws/attributes";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { readSummary } from "./reading-service";
import { deleteTexts, getHead, markTextsDeleted } from "./repository";
import type { StartedTrial, TrialEstimate, TrialRequest, TrialSummary } from "./schema";

export async function startTrial(
  _actor: Actor,
  _key: AgentKey,
  _request: TrialRequest,
): Promise<StartedTrial> {
  throw new AppError("conflict", "Trials can't be started yet.");
}

export async function estimateTrial(
  _key: AgentKey,
  _request: TrialRequest,
): Promise<TrialEstimate> {
  throw new AppError("conflict", "Trials can't be started yet.");
}

export async function stopTrial(_actor: Actor, key: AgentKey, id: string): Promise<TrialSummary> {
  return readSummary(await getHead(key, id));
}

export async function resumeTrial(_actor: Actor, key: AgentKey, id: string): Promise<TrialSummary> {
  return readSummary(await getHead(key, id));
}

/**
 * Deletes what people and models wrote; the figures stay.
 * @throws AppError `not_found`, `conflict` while it is running
 */
export async function deleteTrial(actor: Actor, key: AgentKey, id: string): Promise<void> {
  const head = await getHead(key, id);
  const entity = { kind: "agent", id: agentEntityId(key) } as const;
  const change = { before: null, after: { trial: stringAttribute(id) } } as const;
  await transact([
    markTextsDeleted(head, new Date().toISOString()),
    await changeEvent(actor, { action: "trial.delete", entity, ...change }),
  ]);
  await deleteTexts(id);
}
