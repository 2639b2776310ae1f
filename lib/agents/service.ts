import "server-only";
import type { TrialEvidence } from "@/lib/activity/schema";
import type { Actor } from "@/lib/auth/actor";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { pickPresent } from "@/lib/aws/narrow-update";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { createResolver, type ModelRow, type Resolve } from "@/lib/models/reference-service";
import { modelPk } from "@/lib/models/schema";
import { providerIdOf } from "@/lib/providers/schema";
import { changeWrites } from "./change-service";
import { canSwitchTo } from "./offers-service";
import { findAgentRow, listAgentRows, listVersionRows } from "./repository";
import { detectRevert } from "./reverted-service";
import { type AgentRow, rowAttributes } from "./row";
import { type AgentRun, agentRuntime } from "./rules/agent-run";
import { agentEntityId, compareVersions } from "./rules/entity";
import { type DeployedAgent, followAll, readAllDeployed, readDeployed } from "./runtime-service";
import type { AgentChanges, AgentFilter, AgentKey, AgentRecord } from "./schema";
import { type AgentSettings, listAgentSettings } from "./settings-repository";
import { sharedReader } from "./surroundings-service";
import { resolveTargetModel } from "./switch-service";

/** All agents that match the filter, sorted by name and version. Includes defective rows. */
export async function listAgents(filter: AgentFilter): Promise<{ agents: AgentRecord[] }> {
  const reading = filter.name ? listVersionRows(filter.name) : listAgentRows();
  const [rows, context] = await Promise.all([reading.then(readAllDeployed), readContext()]);
  const requestedProvider = filter.provider && (providerIdOf(filter.provider) ?? filter.provider);
  const matching = rows
    .filter((row) => !filter.status || row.status === filter.status)
    .filter(
      (row) => !requestedProvider || (row.provider_id ?? row.llm_provider) === requestedProvider,
    )
    .sort(
      (a, b) => compareNames(a.agent_name, b.agent_name) || compareVersions(a.version, b.version),
    );
  return { agents: await Promise.all(matching.map((row) => toRecord(row, context))) };
}

type CheckedAgents = {
  agents: AgentRecord[];
  /** The agents' rows with their machines. */
  deployed: DeployedAgent[];
  /** Each agent's next run, by its entity ID. */
  runs: Map<string, AgentRun>;
  /** Entity IDs of agents that name their model by an alias and can be switched to that model. */
  aliases_that_work: Set<string>;
  /** The number of agents whose definition Step Functions did not return. */
  not_read: number;
};

/** All agents and their next runs. The caller provides the resolver. */
export async function listCheckedAgents(
  resolve: Resolve,
  models: readonly ModelRow[],
): Promise<CheckedAgents> {
  const [rows, settings] = await Promise.all([listAgentRows(), listAgentSettings()]);
  const deployed = await readAllDeployed(rows);
  const [agents, runs] = await Promise.all([
    Promise.all(deployed.map((row) => toRecord(row, { resolve, settings }))),
    followAll(deployed),
  ]);
  const aliases_that_work = await findWorkingAliases(deployed, agents, models);
  const isUnread = (run: AgentRun) =>
    run.source === "assumed" && run.unreadable.kind === "not_read";
  const not_read = [...runs.values()].filter(isUnread).length;
  return { agents, deployed, runs, aliases_that_work, not_read };
}

/** The most agents whose aliases one run of the checks examines. */
const maxAliases = 200;

async function findWorkingAliases(
  deployed: readonly DeployedAgent[],
  agents: readonly AgentRecord[],
  models: readonly ModelRow[],
): Promise<Set<string>> {
  const read = sharedReader();
  const rows = new Map(models.map((row) => [row.pk, row]));
  const working = new Set<string>();
  const aliased = deployed.flatMap((agent, index) => {
    const { llm_provider: provider, llm_model: model_id } = agent;
    const pk = agents[index]?.resolves_to;
    if (!agent.unified || !pk || !provider || !model_id) return [];
    return pk === modelPk({ provider, model_id }) ? [] : [{ agent, pk }];
  });
  for (const { agent, pk } of aliased.slice(0, maxAliases)) {
    if (await canSwitchTo(agent, rows.get(pk) ?? null, read)) working.add(agentEntityId(agent));
  }
  return working;
}

/** @throws AppError `not_found` */
export async function getAgent(key: AgentKey): Promise<AgentRecord> {
  const [deployed] = await readAllDeployed([await requireAgentRow(key)]);
  // One row in, one row out.
  return getAgentOf(deployed as DeployedAgent);
}

/** The record of an agent that was already read. */
export async function getAgentOf(deployed: DeployedAgent): Promise<AgentRecord> {
  return toRecord(deployed, await readContext());
}

/**
 * Switches an agent's model, changes its prompt, or both; effective on its next invocation.
 * @param evidence the trial that led to the switch
 * @throws AppError `not_found`, `stale`, `conflict`, `invalid`, `provider_fixed`,
 *   `model_not_registered`, `model_inactive`, `preflight_blocked`
 */
export async function updateAgent(
  actor: Actor,
  key: AgentKey,
  changes: Omit<AgentChanges, "trial_id">,
  etag: string | null,
  evidence?: TrialEvidence,
): Promise<AgentRecord> {
  const row = await readDeployed(await requireAgentRow(key));
  if (etag !== null && row.etag !== etag)
    await throwWithCurrent(new AppError("conflict", ""), key, etag);
  const prompt = changes.system_prompt;
  const raw =
    prompt === undefined ? row.raw : { ...row.raw, system_prompt: stringAttribute(prompt) };
  // The preflight applies to the row with its new prompt.
  const model = await resolveTargetModel({ ...row, raw }, changes);
  const written: RawItem = {
    ...model?.attributes,
    ...(prompt !== undefined &&
      prompt !== row.raw.system_prompt?.S && { system_prompt: stringAttribute(prompt) }),
  };
  if (Object.keys(written).length === 0) return getAgent(key);
  written.updated_at = stringAttribute(new Date().toISOString());
  const { own, held } = await changeWrites(actor, row, {
    written,
    before: pickPresent(row.raw, Object.keys(written)),
    after: written,
    dependsOn: etag === null ? requiredAttributes(model !== null) : rowAttributes(row.raw),
    model: model && { pk: model.target.pk },
    reason: model?.overridden ? changes.override_reason : undefined,
    evidence: model ? evidence : undefined,
  });
  await transact([...own, ...held]).catch((error) => throwWithCurrent(error, key, etag));
  return getAgent(key);
}

/** A switch depends on the agent's caller and on both attributes of its model. */
function requiredAttributes(switches: boolean): string[] {
  return switches ? ["metadata", "llm_provider", "llm_model", "tools"] : [];
}

/** Rethrows a conflict with the current record. @param message replaces a generic message */
export async function throwWithCurrent(
  error: unknown,
  key: AgentKey,
  etag: string | null,
  message = `Agent "${key.agent_name}" ${key.version} was changed by someone else. Nothing was saved.`,
): Promise<never> {
  if (!(error instanceof AppError) || error.code !== "conflict") throw error;
  const current = await getAgent(key);
  throw new AppError(etag === null ? "conflict" : "stale", message, { cause: error, current });
}

/** @throws AppError `not_found` */
export async function requireAgentRow(key: AgentKey): Promise<AgentRow> {
  const row = await findAgentRow(key);
  if (row) return row;
  throw new AppError("not_found", `There is no agent "${key.agent_name}" ${key.version}.`);
}

/** One agent with the current definition of its machine. @throws AppError `not_found` */
export async function requireDeployed(key: AgentKey): Promise<DeployedAgent> {
  return readDeployed(await requireAgentRow(key));
}

/** Every row with its machine, whose definition may be ten minutes old. */
export async function listDeployed(): Promise<DeployedAgent[]> {
  return readAllDeployed(await listAgentRows());
}

type Context = {
  resolve: Resolve;
  settings: Map<string, AgentSettings>;
};

async function readContext(): Promise<Context> {
  const [resolve, settings] = await Promise.all([createResolver(), listAgentSettings()]);
  return { resolve, settings };
}

async function toRecord(
  deployed: DeployedAgent,
  { resolve, settings }: Context,
): Promise<AgentRecord> {
  const { raw: _, machine, ...record } = deployed;
  const reverted = await detectRevert(deployed, settings.get(agentEntityId(deployed)));
  const runtime = agentRuntime(machine);
  const provider = record.llm_provider || runtime.default_provider;
  const model = record.llm_model || runtime.default_model;
  const resolves_to = provider && model ? resolve(provider, model) : null;
  return { ...record, resolves_to, reverted, runtime };
}

/** By UTF-16 code unit. */
const compareNames = (a: string, b: string) => (a < b ? -1 : Number(a > b));
