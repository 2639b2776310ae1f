"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ActivityEntity, Rollback } from "@/lib/activity/schema";
import { agentEntityKey } from "@/lib/agents/rules/entity";
import { apiFetch } from "@/lib/api/client";

/** Rolls back one event. All lists are refetched, because defaults and counts change too. */
export function useRollback(entity: ActivityEntity) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Rollback) => rollBack(entity, body),
    onSettled: () => client.invalidateQueries(),
  });
}

/** @throws Error for an entity without rollback by event, such as a key */
function rollBack({ kind, id }: ActivityEntity, body: Rollback): Promise<unknown> {
  if (kind === "model") {
    const separator = id.indexOf("#");
    const params = { provider: id.slice(0, separator), modelId: id.slice(separator + 1) };
    return apiFetch("rollbackModel", { params, body });
  }
  if (kind === "budget") return apiFetch("rollbackBudget", { params: { id }, body });
  const agent = kind === "agent" ? agentEntityKey(id) : null;
  if (!agent) throw new Error(`There is no rollback by event of the ${kind} "${id}".`);
  const params = { name: agent.agent_name, version: agent.version };
  return apiFetch("rollbackAgent", { params, body });
}

/** Rolls back a provider's key. The browser never receives its value. */
export function useKeyRollback(providerId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiFetch("rollbackKey", { params: { id: providerId }, body: {} }),
    onSettled: () => client.invalidateQueries(),
  });
}
