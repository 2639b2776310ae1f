"use client";

import { useQueryClient } from "@tanstack/react-query";
import { paramsOf } from "@/components/agents/runs/queries";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import type { TrialSummary } from "@/lib/trials/schema";
import { trialQueries } from "./queries";

type Props = { agent: AgentKey; trial: TrialSummary; onClose: () => void };

/** Asks before the texts of a trial are deleted. */
export function DeleteTexts({ agent, trial, onClose }: Props) {
  const client = useQueryClient();
  async function deleteTexts() {
    await apiFetch("deleteTrial", { params: { ...paramsOf(agent), id: trial.id } });
    await client.invalidateQueries({ queryKey: trialQueries.of(agent) });
  }
  return (
    <ConfirmDialog
      title="Delete the texts of this trial?"
      confirmLabel="Delete texts"
      danger
      onConfirm={deleteTexts}
      onClose={onClose}
    >
      Messages, answers and tool arguments go for good, and it can't be resumed. The figures stay.
    </ConfirmDialog>
  );
}
