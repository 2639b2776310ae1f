import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { pickPresent } from "@/lib/aws/narrow-update";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { createResolver, type Resolve } from "@/lib/models/reference-service";
import { providerIdOf } from "@/lib/providers/schema";
import { changeWrites } from "./change-service";
import { findAgentRow, listAgentRows, listVersionRows } from "./repository";
import { detectRevert } from "./reverted-service";
import { type AgentRow, rowAttributes } from "./row";
import { agentEntityId } from "./rules/entity";
import type { AgentChanges, AgentFilter, AgentKey, AgentRecord } from "./schema";
import { type AgentSettings, listAgentSettings } from "./settings-repository";
import { resolveTargetModel } from "./switch-service";

/** All agents that match the filter, sorted by name and version; defective ones too. */
export async function listAgents(filter: AgentFilter): Promise<{ agents: AgentRecord[] }> {
  const reading = filter.name ? listVersionRows(filter.name) : listAgentRows();
  const [rows, context] = await Promise.all([reading, readContext()]);
  const requestedProvider = filter.provider && (providerIdOf(filter.provider) ?? filter.provider);
  const fitting = rows
    .filter((row) => !filter.status || row.status === filter.status)
    .filter(
      (row) => !requestedProvider || (row.provider_id ?? row.llm_provider) === requestedProvider,
    )
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  return { agents: await Promise.all(fitting.map((row) => toRecord(row, context))) };
}

/** Lists all agents with a resolver built by the caller. */
export async function listAgentsResolvedBy(resolve: Resolve): Promise<AgentRecord[]> {
  const [rows, settings] = await Promise.all([listAgentRows(), listAgentSettings()]);
  return Promise.all(rows.map((row) => toRecord(row, { resolve, settings })));
}

/** @throws AppError `not_found` */
export async function getAgent(key: AgentKey): Promise<AgentRecord> {
  const [row, context] = await Promise.all([requireAgentRow(key), readContext()]);
  return toRecord(row, context);
}

/**
 * Switches an agent's model, changes its prompt, or both; effective on its next invocation.
 * @throws AppError `not_found`, `stale`, `conflict`, `invalid`, `provider_fixed`,
 *   `model_not_registered`, `model_inactive`, `preflight_blocked`
 */
export async function updateAgent(
  actor: Actor,
  key: AgentKey,
  changes: AgentChanges,
  etag: string | null,
): Promise<AgentRecord> {
  const row = await requireAgentRow(key);
  if (etag !== null && row.etag !== etag)
    await throwWithCurrent(new AppError("conflict", ""), key, etag);
  const model = await resolveTargetModel(row, changes);
  const prompt = changes.system_prompt;
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
  });
  await transact([...own, ...held]).catch((error) => throwWithCurrent(error, key, etag));
  return getAgent(key);
}

/** A switch depends on the agent's caller and on both attributes of its model. */
function requiredAttributes(switches: boolean): string[] {
  return switches ? ["metadata", "llm_provider", "llm_model", "tools"] : [];
}

/** Rethrows a lost race with the current record. @param message of the error, unless it says more */
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

type Context = {
  resolve: Resolve;
  settings: Map<string, AgentSettings>;
};

async function readContext(): Promise<Context> {
  const [resolve, settings] = await Promise.all([createResolver(), listAgentSettings()]);
  return { resolve, settings };
}

async function toRecord(row: AgentRow, { resolve, settings }: Context): Promise<AgentRecord> {
  const reverted = await detectRevert(row, settings.get(agentEntityId(row)));
  const { raw: _, ...record } = row;
  const { llm_provider, llm_model } = row;
  const resolves_to = llm_provider && llm_model ? resolve(llm_provider, llm_model) : null;
  return { ...record, resolves_to, reverted };
}

function sortKey({ agent_name, version }: AgentKey): string {
  return `${agent_name}\u0000${version}`;
}
