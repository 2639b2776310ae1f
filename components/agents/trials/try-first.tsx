"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { ProgressBar } from "@/components/ui/progress-bar";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { pluralize } from "@/lib/format";
import { defaultLimitUsd, maxAgents } from "@/lib/trials/rules/limits";
import type { Batch, ModelKey } from "@/lib/trials/schema";
import { trialQueries } from "./queries";

/** The number of runs of each agent to try. */
const lastRuns = 3;

export type TryFirstProps = {
  agents: readonly AgentKey[];
  to: ModelKey;
  /** The started batch; null before the start. */
  batch: string | null;
  onBatch: (id: string) => void;
};

/** Tries each agent of a bulk switch on its own last runs, before anything is written. */
export function TryFirst({ agents, to, batch, onBatch }: TryFirstProps) {
  const query = useQuery(trialQueries.batch(batch));
  if (batch === null) return <Start agents={agents} to={to} onBatch={onBatch} />;
  if (query.data) return <Progress batch={query.data} />;
  return query.error ? (
    <Note tone="bad" title="The trials couldn't be read." live>
      {describeError(query.error).detail}
    </Note>
  ) : (
    <p className="text-ink-3">Starting the trials…</p>
  );
}

function Start({ agents, to, onBatch }: Omit<TryFirstProps, "batch">) {
  const [limit, setLimit] = useState(defaultLimitUsd.toFixed(2));
  const limit_usd = Number(limit.trim());
  const isLimit = limit_usd > 0;
  const start = useMutation({
    mutationFn: async () => {
      const keys = agents.map(({ agent_name, version }) => ({ agent_name, version }));
      const body = { agents: keys, to, last_runs: lastRuns, limit_usd };
      onBatch((await apiFetch("startTrialBatch", { body })).batch);
    },
  });
  if (agents.length > maxAgents) {
    return (
      <p className="text-ink-3">
        At most {maxAgents} agents can be tried together. Select fewer to try them first.
      </p>
    );
  }
  return (
    <section aria-label="Try first" className="rounded-md border border-line px-2.5 py-2">
      <div className="flex flex-wrap items-end gap-x-3 gap-y-2">
        <Field
          label="Spending limit for all, in USD"
          className="w-48"
          error={isLimit ? undefined : "Must be more than 0"}
        >
          {(control) => (
            <NumberInput
              {...control}
              value={limit}
              onChange={({ target }) => setLimit(target.value)}
            />
          )}
        </Field>
        <Button busy={start.isPending} disabled={!isLimit} onClick={() => start.mutate()}>
          Try each agent on its last {lastRuns} runs first
        </Button>
      </div>
      <p className="mt-1.5 text-sm text-ink-3">
        Sends the runtime's own request to the present and the new model. No tool is run.
      </p>
      {start.error && (
        <Note tone="bad" title="It didn't start." live className="mt-2">
          {describeError(start.error).detail}
        </Note>
      )}
    </section>
  );
}

function Progress({ batch: { agents } }: { batch: Batch }) {
  const tried = agents.filter(({ trial }) => trial !== null);
  const finished = tried.filter(({ trial }) => trial?.status !== "running");
  const worse = agents.filter((agent) => agent.worse === true);
  const names = worse.map(({ agent_name }) => agent_name).join(", ");
  return (
    <div>
      <p role="status" className="text-ink-2">
        {finished.length < tried.length
          ? `Trying: ${finished.length} of ${pluralize(tried.length, "agent")} done.`
          : `${pluralize(finished.length, "agent")} tried.`}
      </p>
      <ProgressBar
        label="Agents tried"
        done={finished.length}
        total={tried.length}
        className="my-1.5"
      />
      {worse.length > 0 && (
        <Note tone="warn" title={`${pluralize(worse.length, "agent")} would be worse.`} live>
          {names}: what the trial found stands below.
        </Note>
      )}
    </div>
  );
}
