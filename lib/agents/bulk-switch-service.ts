import { pluralize } from "@/lib/format";
import "server-only";
import type { TrialEvidence } from "@/lib/activity/schema";
import type { Actor } from "@/lib/auth/actor";
import { mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import {
  createResolverFor,
  findModel,
  listModelsWithNotes,
  type ModelRow,
} from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { runOperation } from "@/lib/operations/service";
import { providerIdOf } from "@/lib/providers/schema";
import { sharedSwitchContext } from "./offers-service";
import { planRow } from "./plan-service";
import { preflightRow } from "./preflight-service";
import { listAgentRows } from "./repository";
import type { AgentRow } from "./row";
import { agentEntityId } from "./rules/entity";
import { type DeployedAgent, readAllDeployed } from "./runtime-service";
import type { AgentSwitch, BulkSwitch, BulkSwitchResult } from "./schema";
import { agentSteps } from "./step-service";
import type { ReadSwitchContext } from "./surroundings-service";

type Planned = {
  row: DeployedAgent;
  result: AgentSwitch;
  step: Awaited<ReturnType<typeof planRow>>;
};

/** Plans that run concurrently. Each one reads several rows. */
const planConcurrency = 25;

/**
 * Switches many agents to one model as one operation. Agents that can't be switched are reported
 * with their findings; the others are switched. A dry run writes nothing.
 * @param evidence trial results by agent entity ID
 * @throws AppError `invalid`, `model_not_registered`, `model_inactive`
 */
export async function switchAgents(
  actor: Actor,
  request: BulkSwitch,
  dryRun: boolean,
  evidence: ReadonlyMap<string, TrialEvidence> = new Map(),
): Promise<BulkSwitchResult> {
  const target = await requireTarget(request.to);
  const rows = await readAllDeployed(await chosenRows(request));
  const readContext = sharedSwitchContext(dryRun ? "if_in_doubt" : "if_refused");
  const planned = await mapConcurrently(rows, planConcurrency, (row) =>
    planOne(row, request, target, readContext),
  );
  const steps = planned.flatMap(({ row, step }) => {
    const own = evidence.get(agentEntityId(row));
    return step ? { ...step, ...(own && { evidence: own }) } : [];
  });
  if (dryRun || steps.length === 0) {
    return { operation_id: null, agents: planned.map(({ result }) => result) };
  }
  const operation = await runOperation(
    actor,
    {
      kind: "switch",
      title: titleOf(request, steps.length),
      steps,
      ...(request.operation_id && { id: request.operation_id }),
    },
    { agent: agentSteps },
  );
  const items = new Map(operation.items.map((item) => [item.entity.id, item]));
  const agents = planned.map(({ row, result }): AgentSwitch => {
    const item = items.get(agentEntityId(row));
    return item ? { ...result, outcome: outcomeOf(item.outcome), message: item.message } : result;
  });
  return { operation_id: operation.operation_id, agents };
}

const outcomeOf = (outcome: "pending" | "done" | "refused"): AgentSwitch["outcome"] =>
  outcome === "done" ? "switched" : outcome;

function titleOf({ from, to }: BulkSwitch, count: number): string {
  const source = from && [from.provider, from.model_id].filter(Boolean).join("#");
  const described = `${pluralize(count, "agent")}${source ? ` from ${source}` : ""}`;
  return `Switch ${described} to ${to.provider}#${to.model_id}`;
}

async function requireTarget({ provider, model_id }: BulkSwitch["to"]): Promise<ModelRow> {
  const row = await findModel(provider, model_id);
  if (row && !isDefective(row) && row.is_active) return row;
  const isValid = row && !isDefective(row);
  const message = isValid
    ? `Model "${row.pk}" is inactive. Activate it, or choose another.`
    : `Model "${provider}#${model_id}" is not registered. Add it on the Models page first.`;
  throw new AppError(isValid ? "model_inactive" : "model_not_registered", message, {
    errors: [{ path: "to.model_id", message }],
  });
}

/** The named agents, or those on the model or provider, aliases included. */
async function chosenRows({ from, agents }: BulkSwitch): Promise<AgentRow[]> {
  const [rows, { rows: models, defective }] = await Promise.all([
    listAgentRows(),
    listModelsWithNotes(),
  ]);
  const resolve = createResolverFor(new Set([...models, ...defective].map(({ pk }) => pk)));
  const named = agents && new Set(agents.map(agentEntityId));
  const chosen = rows.filter((row) => !named || named.has(agentEntityId(row)));
  if (!from) return chosen;
  const sourceProviderId = providerIdOf(from.provider) ?? from.provider;
  const sourcePk = from.model_id === undefined ? null : resolve(from.provider, from.model_id);
  return chosen.filter((row) => {
    if ((row.provider_id ?? row.llm_provider) !== sourceProviderId) return false;
    if (from.model_id === undefined || row.llm_model === from.model_id) return true;
    if (!row.llm_provider || !row.llm_model) return false;
    return sourcePk !== null && resolve(row.llm_provider, row.llm_model) === sourcePk;
  });
}

async function planOne(
  row: DeployedAgent,
  { override_reason }: BulkSwitch,
  target: ModelRow,
  readContext: ReadSwitchContext,
): Promise<Planned> {
  const { agent_name, version } = row;
  const result: AgentSwitch = {
    agent_name,
    version,
    outcome: "would_switch",
    message: null,
    findings: [],
    // biome-ignore lint/suspicious/noThenProperty: a member of the API; its value is never a function.
    monthly_cost_usd: { now: null, then: null },
  };
  try {
    const { provider, model_id } = target;
    const preflight = await preflightRow(row, { provider, model_id }, readContext);
    const { findings, monthly_cost_usd } = preflight;
    Object.assign(result, { findings, monthly_cost_usd });
    const step = await planRow(row, target, override_reason, readContext);
    return { row, step, result: step ? result : { ...result, outcome: "unchanged" } };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { row, step: null, result: { ...result, outcome: "refused", message: error.message } };
  }
}
