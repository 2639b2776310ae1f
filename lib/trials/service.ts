import "server-only";
import { randomBytes } from "node:crypto";
import { changeEvent } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import type { Actor } from "@/lib/auth/actor";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { assumedReasons, planTrial, storedTargets } from "./plan-service";
import { readSummary } from "./reading-service";
import { createTrial, deleteTexts, getHead, markTextsDeleted, reopenTrial } from "./repository";
import type { TrialHead } from "./row";
import { textDays } from "./rules/limits";
import { pendingCell } from "./rules/stored-cell";
import { end, runInBackground, stopInBackground } from "./runner-service";
import type { StartedTrial, TrialRequest, TrialResume, TrialSummary } from "./schema";

const entityOf = (key: AgentKey) => ({ kind: "agent", id: agentEntityId(key) }) as const;
const dayMs = 24 * 3_600_000;

/**
 * Starts a trial, which continues in the background.
 * @param batch ID of the bulk trial
 * @throws AppError `not_found`, `invalid`, `model_not_registered`, `provider_fixed`
 */
export async function startTrial(
  actor: Actor,
  key: AgentKey,
  request: TrialRequest,
  batch: string | null = null,
): Promise<StartedTrial> {
  const plan = await planTrial(key, request);
  const now = new Date();
  const created_at = now.toISOString();
  const id = `${created_at.replace(/[-:.]/g, "")}-${randomBytes(4).toString("hex")}`;
  const targets = await storedTargets(plan);
  const { judge } = request;
  const head: TrialHead = {
    agent_name: key.agent_name,
    version: key.version,
    id,
    batch,
    status: "running",
    missing: null,
    created_at,
    created_by: actor.name,
    subject: actor.subject,
    finished_at: null,
    limit_usd: request.limit_usd,
    cases: plan.cases.length,
    source: plan.source,
    assumed_because: assumedReasons(plan.templates).join(" ") || null,
    texts_until: new Date(now.getTime() + textDays * dayMs).toISOString(),
    texts_deleted_at: null,
    targets,
    judge: judge ? { ...judge, prompt: judge.prompt ?? null } : null,
    summary: null,
  };
  const cells = plan.cases.flatMap((_, index) =>
    targets.map((_target, target) => pendingCell(index, target)),
  );
  const models = targets.map(({ provider, model_id }) => `${provider}#${model_id}`);
  const after = {
    trial: stringAttribute(id),
    cases: numberAttribute(head.cases),
    models: stringAttribute(models.join(", ")),
    limit_usd: numberAttribute(head.limit_usd),
  };
  const event = { action: "trial.start", entity: entityOf(key), before: null, after } as const;
  await createTrial(head, plan.cases, cells, [await changeEvent(actor, event)]);
  runInBackground(key, id);
  return { id };
}

/**
 * Stops a trial: no further call starts, and those in progress are finished and recorded.
 * @throws AppError `not_found`
 */
export async function stopTrial(actor: Actor, key: AgentKey, id: string): Promise<TrialSummary> {
  const head = await getHead(key, id);
  if (head.status === "running") {
    await end(head, "stopped", `${actor.name} stopped it.`, undefined, actor);
    stopInBackground(id);
  }
  return readSummary(await getHead(key, id));
}

/**
 * Resumes a trial that was stopped or reached its limit.
 * @throws AppError `not_found`, `conflict` if it's running, done, or its texts are deleted
 */
export async function resumeTrial(
  actor: Actor,
  key: AgentKey,
  id: string,
  { limit_usd }: TrialResume,
): Promise<TrialSummary> {
  const head = await getHead(key, id);
  if (head.status === "done") throw new AppError("conflict", "The trial is done already.");
  if (head.texts_deleted_at) {
    throw new AppError("conflict", "The texts of its cases are deleted. Start a new trial.");
  }
  if (head.status !== "running") {
    const changed = { ...head, subject: actor.subject, limit_usd: limit_usd ?? head.limit_usd };
    const after = { trial: stringAttribute(id), limit_usd: numberAttribute(changed.limit_usd) };
    const event = { action: "trial.resume", entity: entityOf(key), before: null, after } as const;
    await transact([...reopenTrial(head, changed), await changeEvent(actor, event)]);
  }
  runInBackground(key, id);
  return readSummary(await getHead(key, id));
}

/**
 * Deletes the texts of people and models; the figures remain.
 * @throws AppError `not_found`, `conflict` while it is running
 */
export async function deleteTrial(actor: Actor, key: AgentKey, id: string): Promise<void> {
  const head = await getHead(key, id);
  const after = { trial: stringAttribute(id) };
  const event = {
    action: "trial.delete",
    entity: entityOf(key),
    before: null,
    after,
  } as const;
  await transact([
    markTextsDeleted(head, new Date().toISOString()),
    await changeEvent(actor, event),
  ]);
  await deleteTexts(id);
}
