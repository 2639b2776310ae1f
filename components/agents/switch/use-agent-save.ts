"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { findingsOf } from "@/components/operations/findings-of";
import { useVersionedSave } from "@/components/ui/form/use-versioned-save";
import { SaveConflict } from "@/components/ui/form/versioned-save";
import type { AgentChanges, AgentRecord } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import { agentChoices, cacheAgent, saveAgent } from "./save-agent";

export type SaveAgent = (base: AgentRecord, changes: AgentChanges) => Promise<void>;

export type Saved = { saved: AgentRecord; base: AgentRecord; changes: AgentChanges };

/** A refusal that the user can resolve. */
export type SaveQuestion =
  | { kind: "blocked"; base: AgentRecord; changes: AgentChanges; findings: Finding[] }
  | { kind: "conflict"; conflict: SaveConflict<AgentRecord, AgentChanges> };

/**
 * Saves changes of agents and holds the question that a refusal raises. The caller must keep the
 * typed values until `onSaved`.
 */
export function useAgentSave(onSaved: (saved: Saved) => void) {
  const client = useQueryClient();
  const [blocked, setBlocked] = useState<Extract<SaveQuestion, { kind: "blocked" }> | null>(null);
  const { mutateAsync, conflict, dismissConflict } = useVersionedSave<AgentRecord, AgentChanges>({
    write: saveAgent,
    groups: agentChoices,
    show: (agent) => cacheAgent(client, agent),
    stale: [agentQueries.all, modelQueries.all, providerQueries.all],
  });

  /** @throws ApiError, NetworkError for refusals that the user can't resolve here */
  async function save(base: AgentRecord, changes: AgentChanges): Promise<void> {
    try {
      const saved = await mutateAsync({ base, changes });
      setBlocked(null);
      onSaved({ saved, base, changes });
    } catch (error) {
      const findings = findingsOf(error);
      if (findings) return setBlocked({ kind: "blocked", base, changes, findings });
      if (!(error instanceof SaveConflict)) throw error;
      setBlocked(null);
    }
  }

  function dismiss() {
    setBlocked(null);
    dismissConflict();
  }

  const question: SaveQuestion | null = conflict ? { kind: "conflict", conflict } : blocked;
  return { save, question, dismiss };
}
