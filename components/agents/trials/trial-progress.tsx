"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { paramsOf } from "@/components/agents/runs/queries";
import { Button } from "@/components/ui/form/button";
import { ProgressBar } from "@/components/ui/progress-bar";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { Status } from "@/components/ui/text/status";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { formatMoney, pluralize } from "@/lib/format";
import type { Trial } from "@/lib/trials/schema";
import { trialQueries } from "./queries";
import { trialStatusLabels } from "./trial-labels";

type Props = { agent: AgentKey; trial: Trial; canWrite: boolean };

/** How far a trial is, with stop and resume; nothing once it's done. */
export function TrialProgress({ agent, trial, canWrite }: Props) {
  const client = useQueryClient();
  const params = { ...paramsOf(agent), id: trial.id };
  const refresh = () => client.invalidateQueries({ queryKey: trialQueries.of(agent) });
  const stop = useMutation({
    mutationFn: () => apiFetch("stopTrial", { params }),
    onSettled: refresh,
  });
  const resume = useMutation({
    mutationFn: () => apiFetch("resumeTrial", { params, body: {} }),
    onSettled: refresh,
  });
  const { status, calls, spent_usd, limit_usd, missing, texts_deleted_at } = trial;
  if (status === "done" && missing === null) return null;
  const { label, tone } = trialStatusLabels[status];
  const error = stop.error ?? resume.error;
  const canResume = status === "stopped" && texts_deleted_at === null;
  return (
    <section aria-label="Progress" className="rounded-lg border border-line bg-panel px-4 py-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <span role="status">
            <Status tone={tone} className="font-medium">
              {label}
            </Status>
          </span>{" "}
          <span className="text-ink-2 tabular-nums">
            {calls.done} of {pluralize(calls.total, "call")} ·{" "}
            {formatMoney(spent_usd, { significantDigits: 3 })} of {formatMoney(limit_usd)}
          </span>
          {missing && <p className="mt-0.5 text-ink-2 wrap-anywhere">{missing}</p>}
        </div>
        {canWrite && status === "running" && (
          <Button busy={stop.isPending} onClick={() => stop.mutate()}>
            Stop
          </Button>
        )}
        {canWrite && canResume && (
          <Button busy={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        )}
      </div>
      {status === "running" && (
        <>
          <ProgressBar label="Calls made" done={calls.done} total={calls.total} className="mt-2" />
          <p className="mt-1.5 text-sm text-ink-3">You can close this page: the trial goes on.</p>
        </>
      )}
      {error && (
        <Note tone="bad" live className="mt-2">
          {describeError(error).detail}
        </Note>
      )}
    </section>
  );
}
