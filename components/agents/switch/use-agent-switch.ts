"use client";

import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { agentQueries } from "@/components/agents/queries";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentChanges, AgentRecord } from "@/lib/agents/schema";
import { NetworkError } from "@/lib/api/client";
import type { ModelRecord } from "@/lib/models/schema";
import { runtimePk } from "./model-choice";
import { isSame } from "./save-agent";
import { type Saved, useAgentSave } from "./use-agent-save";

type SwitchRequest = { base: AgentRecord; model: ModelRecord; isUndo?: boolean };

const switchKey = ["agents", "switch"];

/** Switches agents from the list: optimistically on screen, sequentially on the server. */
export function useAgentSwitch(models: readonly ModelRecord[]) {
  const client = useQueryClient();
  const { save, question, dismiss } = useAgentSave(announce);
  const { mutate } = useMutation({
    mutationKey: switchKey,
    scope: { id: "agent-switch" },
    mutationFn: ({ base, model, isUndo }: SwitchRequest) =>
      save(isUndo ? base : latest(base), switchTo(base, model)),
    onError: (error, { base }) =>
      showToast({
        tone: "bad",
        title:
          error instanceof NetworkError
            ? `It is not known whether ${base.agent_name} was switched`
            : `${base.agent_name} was not switched`,
        description: describeError(error).detail,
      }),
  });
  const pending = useMutationState({
    filters: { mutationKey: switchKey, status: "pending" },
    // Only the mutation above has this key.
    select: ({ state }) => state.variables as SwitchRequest,
  });

  /** Use the latest record: an earlier switch may have changed the etag. */
  function latest(base: AgentRecord): AgentRecord {
    const list = client.getQueryData(agentQueries.list().queryKey);
    return list?.agents.find((agent) => isSame(agent, base)) ?? base;
  }

  function announce({ saved, base }: Saved) {
    const model = models.find(({ pk }) => pk === saved.resolves_to);
    const former = restorable(base, models);
    showToast({
      tone: "good",
      title: `${saved.agent_name} runs on ${model?.display_name ?? saved.llm_model}`,
      description: "Takes effect on the next invocation.",
      ...(former && {
        action: {
          label: "Undo",
          onClick: () => mutate({ base: saved, model: former, isUndo: true }),
        },
      }),
    });
  }

  return {
    switchModel: useCallback(
      (base: AgentRecord, model: ModelRecord) => mutate({ base, model }),
      [mutate],
    ),
    save,
    question,
    dismiss,
    /** Pending target models, by agent id. */
    pending: new Map(pending.map(({ base, model }) => [agentEntityId(base), model])),
  };
}

/** An older agent keeps the provider that its row names. */
export function switchTo(agent: AgentRecord, model: ModelRecord): AgentChanges {
  return {
    ...(agent.unified && { llm_provider: model.provider }),
    llm_model: model.model_id,
  };
}

/** The previous model, if an undo would restore the row exactly. */
function restorable(agent: AgentRecord, models: readonly ModelRecord[]): ModelRecord | null {
  const former = models.find(({ pk, is_active }) => pk === agent.resolves_to && is_active);
  const exact = !agent.unified || agent.resolves_to === runtimePk(agent);
  return former && exact ? former : null;
}
