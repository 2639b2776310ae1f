import "server-only";
import { stringAttribute } from "@/lib/aws/attributes";
import { pickPresent } from "@/lib/aws/narrow-update";
import { AppError } from "@/lib/errors";
import { findModel, type ModelRow } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import type { Step } from "@/lib/operations/step";
import { sharedSwitchContext } from "./offers-service";
import { findAgentRow } from "./repository";
import type { AgentRow } from "./row";
import { agentEntityId } from "./rules/entity";
import { type DeployedAgent, readDeployed } from "./runtime-service";
import type { AgentKey } from "./schema";
import type { ReadSwitchContext } from "./surroundings-service";
import { resolveTargetModel } from "./switch-service";

type Refused = AgentKey & { code: string; message: string };

/**
 * Plans the switch of these agents to the model.
 * @throws AppError the first refusal, with all refused agents
 */
export async function planSwitch(
  agents: AgentKey[],
  target: ModelRow,
  override_reason: string | undefined,
): Promise<Step[]> {
  const steps: Step[] = [];
  const readContext = sharedSwitchContext("if_refused");
  const refused: (Refused & { error: AppError })[] = [];
  for (const key of agents) {
    try {
      const step = await planOne(key, target, override_reason, readContext);
      if (step) steps.push(step);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refused.push({ ...key, code: error.code, message: error.message, error });
    }
  }
  const first = refused[0]?.error;
  if (!first) return steps;
  const findings = refused.flatMap(({ error }) => error.extra?.findings ?? []);
  const refusals = refused.map(({ error: _, ...agent }) => agent);
  const message = refusals.map((agent) => agent.message).join(" ");
  throw new AppError(first.code, message, { extra: { agents: refusals, findings } });
}

async function planOne(
  key: AgentKey,
  target: ModelRow,
  override_reason: string | undefined,
  readContext: ReadSwitchContext,
): Promise<Step | null> {
  const row = await findAgentRow(key);
  return row && planRow(await readDeployed(row), target, override_reason, readContext);
}

/**
 * Plans the switch of one agent; null if it already uses the model.
 * @throws AppError the refusal
 */
export async function planRow(
  row: DeployedAgent,
  target: ModelRow,
  override_reason: string | undefined,
  readContext: ReadSwitchContext,
): Promise<Step | null> {
  const { provider: llm_provider, model_id: llm_model } = target;
  const changes = { llm_provider, llm_model, override_reason };
  const chosen = await resolveTargetModel(row, changes, readContext);
  if (!chosen) return null;
  const after = { ...chosen.attributes, updated_at: stringAttribute(new Date().toISOString()) };
  const former = await registeredModel(row);
  return {
    entity: { kind: "agent", id: agentEntityId(row) },
    before: pickPresent(row.raw, Object.keys(after)),
    after,
    expected_etag: null,
    takes_back: false,
    model_pk: target.pk,
    model_pk_before: former?.pk ?? null,
    ...(former && !isDefective(former) && !former.is_active && { from_inactive: true }),
    ...(chosen.overridden && override_reason && { override_reason }),
  };
}

async function registeredModel({ llm_provider, llm_model }: AgentRow) {
  if (!llm_provider || !llm_model) return null;
  return findModel(llm_provider, llm_model);
}
