import type { AgentKey } from "@/lib/agents/schema";

/** The ID of an agent in events, findings and operations. */
export function agentEntityId(key: AgentKey): string {
  return `${key.agent_name}/${key.version}`;
}

/** Parses an agent's entity ID. Names may contain a slash, versions don't. */
export function agentEntityKey(id: string): AgentKey | null {
  const slash = id.lastIndexOf("/");
  if (slash < 1 || slash === id.length - 1) return null;
  return { agent_name: id.slice(0, slash), version: id.slice(slash + 1) };
}

/** Compares numerically: "v1.10" is newer than "v1.9". */
export const compareVersions = new Intl.Collator("en", { numeric: true }).compare;
