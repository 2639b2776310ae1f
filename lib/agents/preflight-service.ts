import { callTo } from "@/lib/addresses";
import "server-only";
import type { Finding } from "@/lib/findings/schema";
import { findModel, type ModelRow } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { type OtherPrice, otherPriceOf } from "@/lib/prices/rules/price-doubts";
import { providerIdOf } from "@/lib/providers/schema";
import type { TooLow } from "@/lib/too-low";
import { uncountedTokens } from "@/lib/usage/rules/too-low";
import { estimateMonthlyCost } from "@/lib/usage/service";
import { sharedSwitchContext } from "./offers-service";
import type { AgentRow } from "./row";
import { agentRequestOf } from "./rules/agent-request";
import type { AgentRun } from "./rules/agent-run";
import { agentEntityId } from "./rules/entity";
import {
  isSuggestible,
  lastRequestTest,
  type SwitchContext,
  switchFindings,
} from "./rules/preflight";
import { warningsOf } from "./rules/preflight-warnings";
import { testCost } from "./rules/test-cost";
import { type DeployedAgent, readDeployed } from "./runtime-service";
import type { AgentKey, MonthlyCost, Preflight, PreflightTarget } from "./schema";
import { requireAgentRow } from "./service";
import type { ReadSwitchContext } from "./surroundings-service";
import { assertSameProvider } from "./switch-service";

/**
 * Whether the agent's next invocation would succeed on this model.
 * @throws AppError `not_found` (no such agent), `provider_fixed`
 */
export async function preflightAgent(
  key: AgentKey,
  target: PreflightTarget,
): Promise<PreflightResult> {
  return preflightRow(await readDeployed(await requireAgentRow(key)), target);
}

type PreflightResult = Omit<Preflight, "evidence">;

/**
 * As above, for a row that was already read.
 * @throws AppError `provider_fixed`
 */
export async function preflightRow(
  row: DeployedAgent,
  target: PreflightTarget,
  readContext: ReadSwitchContext = sharedSwitchContext("if_in_doubt"),
): Promise<PreflightResult> {
  if (!row.unified) assertSameProvider(row, target.provider);
  const model = await findModel(target.provider, target.model_id);
  const readable = model && !isDefective(model) ? model : null;
  const monthly_cost_usd = await monthlyCost(row, readable);
  const untestable = { ok: false, monthly_cost_usd, runtime_test: null, runtime_test_cost: null };
  if (!model) return { ...untestable, findings: [missing(row, target)] };
  if (isDefective(model)) {
    return { ...untestable, findings: [defective(model.pk, model.reasons)] };
  }
  const surroundings = await readContext(model, row);
  const modelFindings = switchFindings({ agent: row, ...surroundings });
  const blocking = [...inactive(row, model), ...modelFindings.blocking];
  const findings = [...blocking, ...modelFindings.warnings, ...warnings(row, model, surroundings)];
  const runtime_test = lastRequestTest({ agent: row, ...surroundings });
  const runtime_test_cost = await requestCost(row, model, surroundings.run);
  return { ok: blocking.length === 0, findings, monthly_cost_usd, runtime_test, runtime_test_cost };
}

function warnings(agent: AgentRow, model: ModelRow, surroundings: SwitchContext): Finding[] {
  const { bedrockCatalog, listedRetiresOn, run } = surroundings;
  const isOffered = model.is_active && isSuggestible({ agent, ...surroundings });
  const facts = { agent, model, bedrockCatalog, listedRetiresOn, run, isOffered };
  return warningsOf({ ...facts, now: Date.now() });
}

function missing(row: AgentRow, { provider, model_id }: PreflightTarget): Finding {
  return {
    code: "agent_model_missing",
    severity: "error",
    subject: { kind: "agent", id: agentEntityId(row) },
    title: `${model_id} is not registered`,
    evidence: `No row "${modelPk({ provider, model_id })}" in LLMModels.`,
    fix: "Add the model on the Models page first.",
    action: { label: "Open the models", href: pages.models() },
  };
}

function defective(pk: string, reasons: string[]): Finding {
  return {
    code: "model_defective",
    severity: "error",
    subject: { kind: "model", id: pk },
    title: `The row "${pk}" cannot be read`,
    evidence: `${reasons.join("; ")}.`,
    fix: "Repair the row on the Models page first.",
    action: { label: "Open the models", href: pages.models() },
  };
}

function inactive(row: AgentRow, model: ModelRow): Finding[] {
  if (model.is_active) return [];
  return [
    {
      code: "agent_model_inactive",
      severity: "error",
      subject: { kind: "agent", id: agentEntityId(row) },
      title: `${model.display_name} is deactivated`,
      evidence: `${model.pk} is not offered any more.`,
      fix: "Activate the model, or choose another.",
      action: {
        label: "Activate the model",
        ...callTo("updateModel", { provider: model.provider, modelId: model.model_id }),
        body: { is_active: true },
      },
    },
  ];
}

/** Null if the agent's caller sends a different request. */
async function requestCost(
  row: AgentRow,
  model: ModelRow,
  run: AgentRun,
): Promise<Preflight["runtime_test_cost"]> {
  const request = agentRequestOf(row, run);
  if (!request) return null;
  const listed = (await loadCatalog()).price(model.provider, model.model_id);
  return testCost(request, { ...model, listed });
}

/** The agent's monthly cost in USD on its present model and on the target; null if unknown. */
async function monthlyCost(row: AgentRow, target: ModelRow | null): Promise<MonthlyCost> {
  const present = await presentModel(row);
  const [now, then] = await Promise.all([
    estimateMonthlyCost(row.agent_name, present),
    estimateMonthlyCost(row.agent_name, target),
  ]);
  const too_low = [...new Set([...uncountedOf(present), ...uncountedOf(target)])].sort();
  const [now_at, then_at] = [now !== null && otherOf(present), then !== null && otherOf(target)];
  return {
    now,
    then,
    ...(too_low.length > 0 && (now !== null || then !== null) && { too_low }),
    ...(now_at && { now_at }),
    ...(then_at && { then_at }),
  };
}

const otherOf = (model: ModelRow | null): OtherPrice | null =>
  model && (otherPriceOf(model, "input_price") ?? otherPriceOf(model, "output_price"));

function uncountedOf(model: ModelRow | null): TooLow[] {
  const reason = model && uncountedTokens(providerIdOf(model.provider), model.model_id);
  return reason ? [reason] : [];
}

async function presentModel({ llm_provider, llm_model }: AgentRow): Promise<ModelRow | null> {
  if (!llm_provider || !llm_model) return null;
  const model = await findModel(llm_provider, llm_model);
  return model && !isDefective(model) ? model : null;
}
