"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { findingsOf } from "@/components/operations/findings-of";
import { useUndoOperation } from "@/components/operations/use-operation";
import { showToast } from "@/components/ui/overlay/toast";
import { ApiError, apiFetch } from "@/lib/api/client";
import type { AgentRef, ModelRecord, RetireOptions } from "@/lib/models/schema";

/** Retires (deletes) a model after switching its agents, as one operation with one undo. */
export function useRetire(model: ModelRecord) {
  const client = useQueryClient();
  const undo = useUndoOperation();
  const retire = useMutation({
    mutationFn: (options: RetireOptions) =>
      apiFetch("retireModel", {
        params: { provider: model.provider, modelId: model.model_id },
        query: options,
        ifMatch: model.etag,
      }),
    onSuccess: ({ status, operation_id }) => {
      if (status !== "done") return;
      showToast({
        tone: "good",
        title: `${model.display_name} was retired`,
        action: { label: "Undo", onClick: () => void undo(operation_id) },
      });
    },
    onSettled: () => client.invalidateQueries(),
  });
  return {
    retire,
    findings: findingsOf(retire.error),
    /** Somebody put an agent on the model while the question was open. */
    lateUsers: lateUsersOf(retire.error),
  };
}

/** The agents that a 409 `model_in_use` names. */
function lateUsersOf(error: unknown): AgentRef[] | null {
  if (!(error instanceof ApiError) || error.problem.code !== "model_in_use") return null;
  const { agents } = error.problem;
  // Our own API sends the agents with this code.
  return Array.isArray(agents) ? (agents as AgentRef[]) : null;
}
