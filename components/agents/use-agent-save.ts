"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import type { AgentChanges, AgentRecord } from "@/lib/agents/schema";
import { agentQueries } from "./queries";
import { putAgent, type Question, questionOf, saveAgent } from "./save-agent";

export type SaveAgent = (base: AgentRecord, changes: AgentChanges) => Promise<void>;

export type Saved = { saved: AgentRecord; base: AgentRecord; changes: AgentChanges };

/**
 * Saves changes of agents and keeps the question that a refusal asks. What was typed is the
 * caller's: it stays until `onSaved`.
 */
export function useAgentSave(onSaved: (saved: Saved) => void) {
  const client = useQueryClient();
  const [question, setQuestion] = useState<Question | null>(null);

  /** @throws ApiError, NetworkError: refusals that only words can answer */
  async function save(base: AgentRecord, changes: AgentChanges): Promise<void> {
    try {
      const saved = await saveAgent(base, changes);
      putAgent(client, saved);
      setQuestion(null);
      onSaved({ saved, base, changes });
    } catch (error) {
      const asked = questionOf(error, base, changes);
      if (!asked) throw error;
      if (asked.kind === "conflict") putAgent(client, asked.current);
      setQuestion(asked);
    } finally {
      for (const { all } of [agentQueries, modelQueries, providerQueries]) {
        void client.invalidateQueries({ queryKey: all });
      }
    }
  }

  return { save, question, dismiss: () => setQuestion(null) };
}
