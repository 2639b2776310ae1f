"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { paramsOf } from "@/components/agents/runs/queries";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { ProgressBar } from "@/components/ui/progress-bar";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { Status } from "@/components/ui/text/status";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { formatMoney, pluralize } from "@/lib/format";
import { defaultLimitUsd, maxLimitUsd } from "@/lib/trials/rules/limits";
import type { Trial, TrialResume } from "@/lib/trials/schema";
import { trialQueries } from "./queries";
import { describeSpent, trialStatusLabels } from "./trial-labels";

type Props = { agent: AgentKey; trial: Trial; canWrite: boolean };

/** The progress of a trial, with stop and resume; nothing once it is done. */
export function TrialProgress({ agent, trial, canWrite }: Props) {
  const client = useQueryClient();
  const params = { ...paramsOf(agent), id: trial.id };
  const refresh = () => client.invalidateQueries({ queryKey: trialQueries.of(agent) });
  const stop = useMutation({
    mutationFn: () => apiFetch("stopTrial", { params }),
    onSettled: refresh,
  });
  const resume = useMutation({
    mutationFn: (body: TrialResume) => apiFetch("resumeTrial", { params, body }),
    onSettled: refresh,
  });
  const { status, calls, limit_usd, missing, texts_deleted_at } = trial;
  if (status === "done" && missing === null) return null;
  const { label, tone } = trialStatusLabels[status];
  const error = stop.error ?? resume.error;
  const canResume = canWrite && texts_deleted_at === null;
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
            {calls.done} of {pluralize(calls.total, "call")} · {describeSpent(trial)} of{" "}
            {formatMoney(limit_usd)}
          </span>
          {missing && <p className="mt-0.5 text-ink-2 wrap-anywhere">{missing}</p>}
        </div>
        {canWrite && status === "running" && (
          <Button busy={stop.isPending} onClick={() => stop.mutate()}>
            Stop
          </Button>
        )}
        {canResume && status === "stopped" && (
          <Button busy={resume.isPending} onClick={() => resume.mutate({})}>
            Resume
          </Button>
        )}
        {canResume && status === "limit" && (
          <ResumeForm trial={trial} busy={resume.isPending} onResume={resume.mutate} />
        )}
      </div>
      {status === "running" && (
        <>
          <ProgressBar label="Calls made" done={calls.done} total={calls.total} className="mt-2" />
          <p className="mt-1.5 text-sm text-ink-3">
            {trial.judge && calls.done === calls.total && "The judge compares the answers. "}
            You can close this page: the trial goes on.
          </p>
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

type ResumeProps = { trial: Trial; busy: boolean; onResume: (body: TrialResume) => void };

/** Asks for a higher limit, which includes what was spent so far. */
function ResumeForm({ trial: { limit_usd }, busy, onResume }: ResumeProps) {
  // Twice a few cents may still be less than the cost of one call.
  const suggested = Math.max(2 * limit_usd, defaultLimitUsd);
  const [typed, setTyped] = useState(Math.min(suggested, maxLimitUsd).toFixed(2));
  const next = Number(typed.trim());
  const isHigher = next > limit_usd && next <= maxLimitUsd;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isHigher) onResume({ limit_usd: next });
  }
  return (
    <form method="post" noValidate onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <Field
        label="New limit for all of it, in USD"
        className="w-52"
        error={isHigher ? undefined : `More than ${limit_usd}, at most ${maxLimitUsd}`}
      >
        {(control) => (
          <NumberInput
            {...control}
            before="$"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      <Button type="submit" busy={busy}>
        Resume
      </Button>
    </form>
  );
}
