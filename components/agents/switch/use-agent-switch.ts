"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
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

/** Switches agents from the list: optimistically on screen, sequentially on the server. */
export function useAgentSwitch(models: readonly ModelRecord[]) {
  const client = useQueryClient();
  const { save, question, dismiss } = useAgentSave(announce);
  const [pending, setPending] = useState<readonly SwitchRequest[]>([]);
  const { mutate } = useMutation({
    scope: { id: "agent-switch" },
    mutationFn: ({ base, model, isUndo }: SwitchRequest) =>
      save(isUndo ? base : latest(base), switchTo(base, model)),
    onSettled: (_saved, _error, done) =>
      setPending((all) => all.filter((request) => request !== done)),
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
  const start = useCallback(
    (request: SwitchRequest) => {
      setPending((others) => [...others, request]);
      mutate(request);
    },
    [mutate],
  );

  /** The latest record, because an earlier switch may have changed the etag. */
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
          onClick: () => start({ base: saved, model: former, isUndo: true }),
        },
      }),
    });
  }

  return {
    switchModel: useCallback(
      (base: AgentRecord, model: ModelRecord) => start({ base, model }),
      [start],
    ),
    save,
    question,
    dismiss,
    /** Pending target models, by agent ID. */
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
