"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import { ErrorState } from "@/components/ui/text/error-state";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { type AgentSwitch, BulkSwitch } from "@/lib/agents/schema";
import type { ModelRecord } from "@/lib/models/schema";
import type { AgentRow } from "./agent-rows";
import { agents, type BulkSource, bulkRequest, isBlocked, isFrom } from "./bulk-plan";
import { SourceFields, TargetFields } from "./bulk-switch-fields";
import { BulkSwitchPlan } from "./bulk-switch-plan";
import { BulkSwitchResult } from "./bulk-switch-result";
import type { ProviderChoice } from "./model-choice";
import { agentQueries } from "./queries";
import { useBulkSwitch } from "./use-bulk-switch";

export type BulkSwitchDialogProps = {
  rows: readonly AgentRow[];
  /** Null: asks whose agents, by provider or model. */
  selected: readonly AgentRow[] | null;
  choices: readonly ProviderChoice[];
  /** `hasWritten`: something may have been written, the selection has served. */
  onClose: (hasWritten: boolean) => void;
};

type Draft = { source: BulkSource; target: ModelRecord | null; reason: string };
const emptyDraft: Draft = { source: { providerId: "", modelId: "" }, target: null, reason: "" };

/** Many agents to one model: choose it, see what would become of each, write it, take it back. */
export function BulkSwitchDialog(props: BulkSwitchDialogProps) {
  const { run, write } = useBulkSwitch();
  // Here, so that what was chosen and typed survives a refusal.
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  if (!run) {
    return (
      <BulkChoice
        {...props}
        draft={draft}
        onDraft={(changes) => setDraft({ ...draft, ...changes })}
        refusal={write.error}
        onWrite={write.mutate}
      />
    );
  }
  const close = () => props.onClose(true);
  return (
    <Dialog
      title="Switch agents together"
      size="lg"
      locked={write.isPending}
      onClose={close}
      footer={
        <Button variant="primary" disabled={write.isPending} onClick={close}>
          Close
        </Button>
      }
    >
      <BulkSwitchResult run={run} error={write.error} />
    </Dialog>
  );
}

type ChoiceProps = BulkSwitchDialogProps & {
  draft: Draft;
  onDraft: (changes: Partial<Draft>) => void;
  refusal: Error | null;
  onWrite: (request: BulkSwitch) => void;
};

/** What would become of the agents of the draft, and what is written when it is wanted so. */
function useBulkChoice({ selected, draft, onWrite }: ChoiceProps) {
  const { source, target, reason } = draft;
  const [reasonError, setReasonError] = useState<string>();
  const request = target && bulkRequest({ selected, source, to: target });
  const plan = useQuery({
    ...agentQueries.bulkPlan(request),
    enabled: request !== null,
    staleTime: 0,
  });
  const isWritable = (agent: AgentSwitch) =>
    agent.outcome === "would_switch" || (reason.trim() !== "" && isBlocked(agent));

  function begin() {
    if (!request) return;
    const override = reason.trim() === "" ? {} : { override_reason: reason };
    const given = BulkSwitch.safeParse({ ...request, ...override });
    setReasonError(given.error?.issues[0]?.message);
    if (given.success) onWrite(given.data);
  }

  const writable = plan.data?.filter(isWritable).length ?? 0;
  return { request, plan, writable, begin, reasonError, setReasonError };
}

function BulkChoice(props: ChoiceProps) {
  const { rows, selected, choices, draft, onDraft, refusal, onClose } = props;
  const { source, target, reason } = draft;
  const { request, plan, writable, begin, reasonError, setReasonError } = useBulkChoice(props);
  const count = selected ? selected.length : rows.filter((row) => isFrom(row, source)).length;
  return (
    <Dialog
      title={selected ? `Switch ${agents(selected.length)} together` : "Switch by model"}
      description="First you see what would become of each agent. Nothing is written before you say so."
      size="lg"
      onClose={() => onClose(false)}
      footer={
        <>
          <Button onClick={() => onClose(false)}>Cancel</Button>
          <Button variant="primary" disabled={writable === 0} onClick={begin}>
            {writable > 0 ? `Switch ${agents(writable)}` : "Switch"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        {refusal && (
          <Note tone="bad" title="Nothing was written." live>
            {errorInWords(refusal).detail}
          </Note>
        )}
        {selected === null && (
          <SourceFields
            rows={rows}
            source={source}
            onSource={(next) => onDraft({ source: next })}
          />
        )}
        <TargetFields
          choices={choices}
          target={target}
          onTarget={(next) => onDraft({ target: next })}
        />
        {request === null ? (
          <NextChoice isSourceOpen={selected === null && source.providerId === ""} />
        ) : (
          <Plan
            plan={plan}
            told={plan.data}
            count={count}
            reason={reason}
            reasonError={reasonError}
            onReason={(next) => {
              onDraft({ reason: next });
              setReasonError(undefined);
            }}
          />
        )}
      </div>
    </Dialog>
  );
}

/** What is to be chosen before anything can be said of the agents. */
function NextChoice({ isSourceOpen }: { isSourceOpen: boolean }) {
  return (
    <p className="text-ink-3">
      {isSourceOpen
        ? "Choose whose agents, and what they are to run on."
        : "Choose what they are to run on: then each agent is checked."}
    </p>
  );
}

type PlanProps = Omit<React.ComponentProps<typeof BulkSwitchPlan>, "told"> & {
  plan: { error: Error | null; isFetching: boolean; refetch: () => unknown };
  told: readonly AgentSwitch[] | undefined;
  /** Agents that are being asked about. */
  count: number;
};

function Plan({ plan, told, count, ...rest }: PlanProps) {
  if (!told && !plan.error) {
    return (
      <Loading label={`Checking ${agents(count)}`}>
        <p aria-hidden="true" className="mb-2 text-ink-3">
          Checking {agents(count)}…
        </p>
        <Skeleton className="h-40 w-full" />
      </Loading>
    );
  }
  if (!told) {
    return (
      <ErrorState
        title="The agents could not be checked"
        error={plan.error}
        onRetry={plan.refetch}
        retrying={plan.isFetching}
      />
    );
  }
  if (told.length === 0) {
    return (
      <EmptyState title="No agent runs on it any more">
        Somebody switched them meanwhile. Choose another provider or model.
      </EmptyState>
    );
  }
  return <BulkSwitchPlan told={told} {...rest} />;
}
