import "server-only";
import type { TrialEvidence } from "@/lib/activity/schema";
import { switchAgents } from "@/lib/agents/bulk-switch-service";
import { preflightAgent } from "@/lib/agents/preflight-service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type {
  AgentChanges,
  AgentKey,
  AgentRecord,
  BulkSwitch,
  BulkSwitchResult,
  Preflight,
  PreflightTarget,
} from "@/lib/agents/schema";
import { updateAgent } from "@/lib/agents/service";
import type { Actor } from "@/lib/auth/actor";
import { AppError, invalidField } from "@/lib/errors";
import { providerIdOf } from "@/lib/providers/schema";
import { getBatch } from "./batch-service";
import { readSummary } from "./reading-service";
import { findHead } from "./repository";
import { describeEvidence } from "./rules/evidence";
import type { TargetSummary, TrialSummary } from "./schema";

/** Without a provider, it is the agent's own. */
type Tried = { provider?: string; model_id: string };

/**
 * As `updateAgent`. The event stores the named trial's result for the new model.
 * @throws AppError as `updateAgent`, and `invalid` if the trial isn't one of this agent on this model
 */
export async function changeAgent(
  actor: Actor,
  key: AgentKey,
  { trial_id, ...changes }: AgentChanges,
  etag: string | null,
): Promise<AgentRecord> {
  if (trial_id === undefined) return updateAgent(actor, key, changes, etag);
  const { llm_provider: provider, llm_model: model_id } = changes;
  if (model_id === undefined) {
    throw invalidField("trial_id", "A trial is the evidence of a switch: name the model too.");
  }
  const evidence = await requireEvidence(key, trial_id, { provider, model_id });
  return updateAgent(actor, key, changes, etag, evidence);
}

/** As `preflightAgent`, with the named trial's result. @throws AppError as above */
export async function preflightTried(
  key: AgentKey,
  { trial_id, ...target }: PreflightTarget,
): Promise<Preflight> {
  const [preflight, evidence] = await Promise.all([
    preflightAgent(key, target),
    trial_id === undefined ? null : requireEvidence(key, trial_id, target),
  ]);
  return { ...preflight, evidence };
}

/**
 * As `switchAgents`. Each agent's event stores the result of its trial in the batch.
 * @throws AppError as `switchAgents`, and `invalid` if there is no such batch
 */
export async function switchTriedAgents(
  actor: Actor,
  { trial_batch, ...request }: BulkSwitch,
  dryRun: boolean,
): Promise<BulkSwitchResult> {
  if (trial_batch === undefined) return switchAgents(actor, request, dryRun);
  const { agents } = await getBatch(trial_batch).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    throw invalidField("trial_batch", error.message);
  });
  const evidence = agents.flatMap(({ trial, ...key }): [string, TrialEvidence][] => {
    const target = trial && findTarget(trial, request.to);
    return target ? [[agentEntityId(key), evidenceOf(trial, target)]] : [];
  });
  return switchAgents(actor, request, dryRun, new Map(evidence));
}

async function requireEvidence(
  key: AgentKey,
  trial_id: string,
  model: Tried,
): Promise<TrialEvidence> {
  const head = await findHead(key, trial_id);
  if (!head) throw invalidField("trial_id", `There is no trial "${trial_id}" of this agent.`);
  const trial = await readSummary(head);
  const target = findTarget(trial, model);
  if (target) return evidenceOf(trial, target);
  throw invalidField("trial_id", `The trial "${trial_id}" did not try "${model.model_id}".`);
}

function findTarget({ targets }: TrialSummary, { provider, model_id }: Tried) {
  const idOf = (name: string) => providerIdOf(name) ?? name;
  return targets.find(
    (target) =>
      target.model_id === model_id &&
      (provider === undefined || idOf(target.provider) === idOf(provider)),
  );
}

const evidenceOf = (trial: TrialSummary, target: TargetSummary): TrialEvidence => ({
  trial_id: trial.id,
  text: describeEvidence(trial, target),
});
