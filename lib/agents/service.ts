import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { type RawItem, text } from "@/lib/aws/attributes";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { holdModel, resolver } from "@/lib/models/references";
import { providerIdOf } from "@/lib/providers/schema";
import { findAgentRow, listAgentRows, updateAgentRow } from "./repository";
import type { AgentRow } from "./row";
import {
  type AgentChanges,
  type AgentFilter,
  type AgentKey,
  type AgentRecord,
  agentEntityId,
} from "./schema";
import { noteSettings } from "./settings-repository";
import { chooseModel } from "./switch";

/** All agents that fit the filter, by name and version; faulty ones with their defects. */
export async function listAgents(filter: AgentFilter): Promise<{ agents: AgentRecord[] }> {
  const [rows, resolve] = await Promise.all([listAgentRows(), resolver()]);
  const wanted = filter.provider && (providerIdOf(filter.provider) ?? filter.provider);
  const agents = rows
    .filter((row) => !filter.status || row.status === filter.status)
    .filter((row) => !wanted || (row.provider_id ?? row.llm_provider) === wanted)
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .map((row) => toRecord(row, resolve));
  return { agents };
}

/** @throws AppError `not_found` */
export async function getAgent(key: AgentKey): Promise<AgentRecord> {
  const [row, resolve] = await Promise.all([requireRow(key), resolver()]);
  return toRecord(row, resolve);
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
  const row = await requireRow(key);
  if (etag !== null && row.etag !== etag) throw await changedMeanwhile(key, etag);
  const model = await chooseModel(row, changes);
  const prompt = changes.system_prompt;
  const written: RawItem = {
    ...model?.attributes,
    ...(prompt !== undefined &&
      prompt !== row.raw.system_prompt?.S && { system_prompt: text(prompt) }),
  };
  if (Object.keys(written).length === 0) return getAgent(key);
  written.updated_at = text(new Date().toISOString());
  const items = [
    updateAgentRow(row, written, etag === null ? readFor(model !== null) : Object.keys(row.raw)),
    await updateEvent(actor, row, written, model?.overridden ? changes.override_reason : undefined),
    noteSettings(actor, row, written),
    ...(model ? holdModel(model.target.pk) : []),
  ];
  await transact(items).catch(async (error) => {
    const lost = error instanceof AppError && error.code === "conflict";
    throw lost ? await changedMeanwhile(key, etag, error) : error;
  });
  return getAgent(key);
}

/** A switch rests on which caller the agent has, and on both attributes of its model. */
function readFor(switches: boolean): string[] {
  return switches ? ["metadata", "llm_provider", "llm_model", "tools"] : [];
}

function updateEvent(
  actor: Actor,
  row: AgentRow,
  written: RawItem,
  reason: string | undefined,
): Promise<WriteItem> {
  const before = Object.keys(written).flatMap((name) => {
    const value = row.raw[name];
    return value ? [[name, value] as const] : [];
  });
  return changeEvent(actor, {
    action: "agent.update",
    entity: { kind: "agent", id: agentEntityId(row) },
    before: Object.fromEntries(before),
    after: written,
    reason: reason ?? null,
  });
}

async function changedMeanwhile(key: AgentKey, etag: string | null, cause?: unknown) {
  const current = await getAgent(key);
  const name = `Agent "${key.agent_name}" ${key.version}`;
  const message = `${name} was changed by someone else. Nothing was saved.`;
  return new AppError(etag === null ? "conflict" : "stale", message, { cause, current });
}

async function requireRow(key: AgentKey): Promise<AgentRow> {
  const row = await findAgentRow(key);
  if (row) return row;
  throw new AppError("not_found", `There is no agent "${key.agent_name}" ${key.version}.`);
}

function toRecord(
  { raw: _, ...row }: AgentRow,
  resolve: (provider: string, modelId: string) => string | null,
): AgentRecord {
  const { llm_provider, llm_model } = row;
  return {
    ...row,
    resolves_to: llm_provider && llm_model ? resolve(llm_provider, llm_model) : null,
  };
}

function sortKey({ agent_name, version }: AgentKey): string {
  return `${agent_name}\u0000${version}`;
}
