import "server-only";
import {
  listModelsWithNotes,
  type ModelRow,
  type ModelsWithNotes,
} from "@/lib/models/reference-service";
import type { DefectiveRow } from "@/lib/models/row";
import { isRetired } from "@/lib/models/rules/evidence";
import type { OtherModel } from "@/lib/models/rules/runtime-callable";
import { type AgentRequest, lastRuntimeTest } from "@/lib/models/rules/runtime-tests";
import { isDefective } from "@/lib/models/rules/soundness";
import { agentRequestOf } from "./rules/agent-request";
import { agentEntityId } from "./rules/entity";
import { isSuggestible, requestFindings, type SwitchContext } from "./rules/preflight";
import type { DeployedAgent } from "./runtime-service";
import { type ReadSwitchContext, sharedReader } from "./surroundings-service";

/** How many alternative models a finding names, and how many are checked to find them. */
const namedModels = 3;
const triedModels = 12;

/** How many agents of one bulk switch get alternative models. */
const namedAgents = 10;

/**
 * Reads what a switch depends on, for one agent or many, and alternative models that the agent can be
 * switched to.
 * @param offers when to look for alternatives, which takes many reads: only if the model refuses
 *   the agent's request, or also if its answer isn't known
 */
export function sharedSwitchContext(offers: "if_refused" | "if_in_doubt"): ReadSwitchContext {
  const read = sharedReader();
  const contexts = new Map<string, Promise<SwitchContext>>();
  let models: Promise<ModelsWithNotes> | undefined;
  let named = 0;
  const readOne: ReadSwitchContext = async (target, agent) => {
    const context = await read(target, agent);
    const { blocking, warnings } = requestFindings({ agent, ...context });
    const findings = offers === "if_refused" ? blocking : [...blocking, ...warnings];
    if (findings.length === 0 || named >= namedAgents) return context;
    named += 1;
    models ??= listModelsWithNotes();
    return {
      ...context,
      callable: await findOtherModels(agent, target, (await models).rows, read),
    };
  };
  return (target, agent) => {
    const id = `${agentEntityId(agent)} ${target.pk}`;
    const context = contexts.get(id) ?? readOne(target, agent);
    contexts.set(id, context);
    return context;
  };
}

/** Models that the agent's preflight accepts; those that have answered its request come first. */
export async function offeredModels(agent: DeployedAgent): Promise<OtherModel[]> {
  const { rows } = await listModelsWithNotes();
  return findOtherModels(agent, null, rows, sharedReader());
}

/** Whether the console suggests the model of this row to the agent. */
export async function canSwitchTo(
  agent: DeployedAgent,
  row: ModelRow | DefectiveRow | null,
  read: ReadSwitchContext = sharedReader(),
): Promise<boolean> {
  if (!row || isDefective(row) || !row.is_active) return false;
  const facts = { agent, ...(await read(row, agent)) };
  return isSuggestible(facts);
}

type Rows = ModelsWithNotes["rows"];

/** Tries models of the same provider first, and models that take tools if the agent sends some. */
async function findOtherModels(
  agent: DeployedAgent,
  model: ModelRow | null,
  rows: Rows,
  read: ReadSwitchContext,
): Promise<OtherModel[]> {
  const request = agentRequestOf(agent, undefined);
  const home = model?.provider_id ?? agent.provider_id;
  const candidates = rows
    .filter((row) => row.pk !== model?.pk && isOffered(row, agent))
    .map((row) => ({ row, rank: rankOf(row, home, request) }))
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, triedModels);
  const others: OtherModel[] = [];
  for (const { row } of candidates) {
    if (others.length === namedModels) break;
    const facts = { agent, ...(await read(row, agent)) };
    if (!isSuggestible(facts) || requestFindings(facts).warnings.length > 0) continue;
    const { display_name } = row;
    others.push({ display_name, has_answered: hasAnswered(row, agentRequestOf(agent, facts.run)) });
  }
  return others.toSorted((a, b) => Number(b.has_answered) - Number(a.has_answered));
}

function isOffered(row: ModelRow, { unified, provider_id }: DeployedAgent): boolean {
  if (!row.is_active || isRetired(row, null, Date.now())) return false;
  return unified || row.provider_id === provider_id;
}

function rankOf(row: Rows[number], home: string | null, request: AgentRequest | null): number {
  return (
    Number(!hasAnswered(row, request)) * 4 +
    Number(row.provider_id !== home) * 2 +
    Number(request?.with_tools === true && row.supports_tools !== true)
  );
}

function hasAnswered({ runtime_evidence }: Rows[number], request: AgentRequest | null): boolean {
  return request !== null && lastRuntimeTest(runtime_evidence, request)?.outcome === "answered";
}
