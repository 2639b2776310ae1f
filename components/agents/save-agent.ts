import type { QueryClient } from "@tanstack/react-query";
import type { AgentChanges, AgentKey, AgentRecord, Finding } from "@/lib/agents/schema";
import { ApiError, apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import { agentQueries } from "./queries";

/** What the server leaves to a person to decide. */
export type Question = { base: AgentRecord; changes: AgentChanges } & (
  | { kind: "blocked"; findings: Finding[] }
  | { kind: "conflict"; current: AgentRecord }
);

const written = ["llm_provider", "llm_model", "system_prompt"] as const;
export type WrittenField = (typeof written)[number];

/**
 * Saves changes made on `base`. Where someone else changed only other fields meanwhile, it is
 * saved once more, on their version.
 * @throws ApiError, NetworkError
 */
export async function saveAgent(base: AgentRecord, changes: AgentChanges): Promise<AgentRecord> {
  try {
    return await patch(base, changes);
  } catch (error) {
    const current = currentOf(error);
    if (!current || contested(base, current, changes).length > 0) throw error;
    return patch(current, changes);
  }
}

function patch(base: AgentRecord, changes: AgentChanges): Promise<AgentRecord> {
  const path = api.agent(base.agent_name, base.version);
  return apiFetch<AgentRecord>(path, { method: "PATCH", body: changes, ifMatch: base.etag });
}

/** The fields of the change that someone else changed too. Provider and model are one choice. */
export function contested(
  base: AgentRecord,
  current: AgentRecord,
  changes: AgentChanges,
): WrittenField[] {
  const fields = written.filter((name) => name in changes);
  const mine = changes.llm_model === undefined ? fields : (["llm_provider", ...fields] as const);
  return [...new Set(mine)].filter((name) => current[name] !== base[name]);
}

/** The question in a refusal; null when there is nothing to decide. */
export function questionOf(
  error: unknown,
  base: AgentRecord,
  changes: AgentChanges,
): Question | null {
  const current = currentOf(error);
  if (current) return { kind: "conflict", base, changes, current };
  if (!(error instanceof ApiError) || error.problem.code !== "preflight_blocked") return null;
  // Our own API sends findings with this code.
  const findings = (error.problem.findings ?? []) as Finding[];
  return { kind: "blocked", base, changes, findings };
}

function currentOf(error: unknown): AgentRecord | null {
  if (!(error instanceof ApiError)) return null;
  const { code, current } = error.problem;
  if (code !== "stale" && code !== "conflict") return null;
  // Our own API sends the current record with these codes.
  return (current as AgentRecord | undefined) ?? null;
}

/** Shows a record that the server has just answered, in the list and on its page. */
export function putAgent(client: QueryClient, agent: AgentRecord): void {
  client.setQueryData(agentQueries.record(agent.agent_name, agent.version).queryKey, agent);
  client.setQueryData(
    agentQueries.list().queryKey,
    (list) => list && { agents: list.agents.map((row) => (isSame(row, agent) ? agent : row)) },
  );
}

export function isSame(one: AgentKey, other: AgentKey): boolean {
  return one.agent_name === other.agent_name && one.version === other.version;
}
