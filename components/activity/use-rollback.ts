"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ActivityEntity, Rollback } from "@/lib/activity/schema";
import { agentEntityKey } from "@/lib/agents/rules/entity";
import { apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";

/** Puts back what one event changed. Every list is read again: defaults and counts move with it. */
export function useRollback(entity: ActivityEntity) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Rollback) => apiFetch<unknown>(rollbackPath(entity), { body }),
    onSettled: () => client.invalidateQueries(),
  });
}

/** @throws Error for a thing without rollback by event: a key has only its previous value */
function rollbackPath({ kind, id }: ActivityEntity): string {
  if (kind === "model") {
    const separator = id.indexOf("#");
    return api.modelRollback(id.slice(0, separator), id.slice(separator + 1));
  }
  if (kind === "budget") return api.budgetRollback(id);
  const agent = kind === "agent" ? agentEntityKey(id) : null;
  if (!agent) throw new Error(`There is no rollback by event of the ${kind} "${id}".`);
  return api.agentRollback(agent.agent_name, agent.version);
}

/** Puts a provider's previous key back; the browser never has it. */
export function useKeyRollback(providerId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => apiFetch<unknown>(api.keyRollback(providerId), { method: "POST" }),
    onSettled: () => client.invalidateQueries(),
  });
}
