"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import * as z from "zod/mini";
import { agentQueries } from "@/components/agents/queries";
import type { AgentRow } from "@/components/agents/table/agent-rows";
import { trialQueries } from "@/components/agents/trials/queries";
import { TryFirst } from "@/components/agents/trials/try-first";
import { OperationProgress } from "@/components/operations/operation-progress";
import { Button } from "@/components/ui/form/button";
import { type ApiForm, useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { type BoundaryQuery, QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { type AgentSwitch, BulkSwitch } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { bulkRequest, isBlocked, matchesSource } from "./bulk-plan";
import { BulkSwitchAgents } from "./bulk-switch-agents";
import { SourceFields, TargetFields } from "./bulk-switch-fields";
import { BulkSwitchPlan } from "./bulk-switch-plan";
import type { ProviderChoice } from "./model-choice";
import { type BulkRun, useBulkSwitch } from "./use-bulk-switch";

export type BulkSwitchDialogProps = {
  rows: readonly AgentRow[];
  /** Null if the dialog asks for a provider or a model. */
  selected: readonly AgentRow[] | null;
  choices: readonly ProviderChoice[];
  /** `hasWritten` is true if something may have been written, so that the selection can be cleared. */
  onClose: (hasWritten: boolean) => void;
};

const empty = { from_provider: "", from_model: "", to_pk: "", override_reason: "" };
type BulkValues = typeof empty;

/** Switches many agents to one model: choose, preview, write, undo. */
export function BulkSwitchDialog(props: BulkSwitchDialogProps) {
  const { selected, choices } = props;
  const { run, write } = useBulkSwitch();
  const toTarget = (pk: string) =>
    choices.flatMap(({ models }) => models).find((model) => model.pk === pk) ?? null;
  const toRequest = ({ from_provider, from_model, to_pk }: BulkValues): BulkSwitch | null => {
    const to = toTarget(to_pk);
    const source = { providerId: from_provider, modelId: from_model };
    return to && bulkRequest({ selected, source, to });
  };
  // State is held here so that it survives a refusal.
  const form = useApiForm({
    schema: z.pipe(
      z.transform(
        (values: BulkValues): Partial<BulkSwitch> => ({
          ...toRequest(values),
          ...(hasReason(values) && { override_reason: values.override_reason }),
        }),
      ),
      BulkSwitch,
    ),
    defaultValues: empty,
  });
  if (!run) {
    const values = form.watch();
    return (
      <BulkChoice
        {...props}
        form={form}
        values={values}
        target={toTarget(values.to_pk)}
        request={toRequest(values)}
        onWrite={(batch) =>
          form.submit((body) =>
            write.mutateAsync({ ...body, ...(batch !== null && { trial_batch: batch }) }),
          )()
        }
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

const hasReason = ({ override_reason }: BulkValues) => override_reason.trim() !== "";

type ChoiceProps = BulkSwitchDialogProps & {
  form: ApiForm<BulkValues, BulkSwitch>;
  values: BulkValues;
  target: ModelRecord | null;
  /** Null until everything is chosen. */
  request: BulkSwitch | null;
  /** @param batch of the trials made first; null without any */
  onWrite: (batch: string | null) => Promise<void>;
};

/** The dry run, before anything is written. */
function BulkChoice(props: ChoiceProps) {
  const { rows, selected, choices, form, values, target, request, onWrite, onClose } = props;
  const source = { providerId: values.from_provider, modelId: values.from_model };
  const plan = useQuery({
    ...agentQueries.bulkPlan(request),
    staleTime: 0,
  });
  const tries = useTries(target);
  const isWritable = (agent: AgentSwitch) =>
    agent.outcome === "would_switch" || (hasReason(values) && isBlocked(agent));
  const writable = plan.data?.filter(isWritable).length ?? 0;
  const count = selected
    ? selected.length
    : rows.filter((row) => matchesSource(row, source)).length;
  return (
    <Dialog
      title={
        selected ? `Switch ${pluralize(selected.length, "agent")} together` : "Switch by model"
      }
      description="First you see what would become of each agent. Nothing is written before you say so."
      size="lg"
      onClose={() => onClose(false)}
      footer={
        <>
          <Button onClick={() => onClose(false)}>Cancel</Button>
          <Button variant="primary" disabled={writable === 0} onClick={() => onWrite(tries.batch)}>
            {writable > 0 ? `Switch ${pluralize(writable, "agent")}` : "Switch"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        {form.refusal && (
          <Note tone="bad" title="Nothing was written." live>
            {form.refusal.text}
          </Note>
        )}
        {selected === null && (
          <SourceFields
            rows={rows}
            source={source}
            onSource={({ providerId, modelId }) => {
              form.setValue("from_provider", providerId);
              form.setValue("from_model", modelId);
            }}
          />
        )}
        <TargetFields
          choices={choices}
          target={target}
          onTarget={(next) => form.setValue("to_pk", next.pk)}
        />
        {request === null ? (
          <NextChoice isSourceOpen={selected === null && source.providerId === ""} />
        ) : (
          <Plan
            plan={plan}
            count={count}
            tries={tries}
            target={target}
            hasReason={hasReason(values)}
            reasonField={form.register("override_reason")}
            reasonError={form.formState.errors.override_reason?.message}
          />
        )}
      </div>
    </Dialog>
  );
}

/** The trials of these agents on the chosen model. Choosing another model discards them. */
function useTries(target: ModelRecord | null) {
  const [started, setStarted] = useState<{ pk: string; batch: string } | null>(null);
  const batch = started !== null && started.pk === target?.pk ? started.batch : null;
  const { data } = useQuery(trialQueries.batch(batch));
  return {
    batch,
    agents: data?.agents ?? [],
    onBatch: (id: string) => target && setStarted({ pk: target.pk, batch: id }),
  };
}

/** What must be chosen before a dry run is possible. */
function NextChoice({ isSourceOpen }: { isSourceOpen: boolean }) {
  return (
    <p className="text-ink-3">
      {isSourceOpen
        ? "Choose whose agents, and what they are to run on."
        : "Choose what they are to run on: then each agent is checked."}
    </p>
  );
}

type PlanProps = Omit<React.ComponentProps<typeof BulkSwitchPlan>, "agents" | "tries"> & {
  tries: ReturnType<typeof useTries>;
  target: ModelRecord | null;
  plan: BoundaryQuery<AgentSwitch[]>;
  /** The number of agents in the dry run. */
  count: number;
};

function Plan({ plan, count, tries, target, ...rest }: PlanProps) {
  return (
    <QueryBoundary
      query={plan}
      skeleton={
        <Loading label={`Checking ${pluralize(count, "agent")}`}>
          <p aria-hidden="true" className="mb-2 text-ink-3">
            Checking {pluralize(count, "agent")}…
          </p>
          <Skeleton className="h-40 w-full" />
        </Loading>
      }
      errorTitle="The agents could not be checked"
      empty={(agents) =>
        agents.length === 0 && (
          <EmptyState title="No agent runs on it any more">
            Somebody switched them meanwhile. Choose another provider or model.
          </EmptyState>
        )
      }
    >
      {(agents) => {
        const switched = agents.filter(({ outcome }) => outcome === "would_switch");
        return (
          <div className="flex flex-col gap-4">
            {target && switched.length > 0 && (
              <TryFirst
                agents={switched}
                to={{ provider: target.provider, model_id: target.model_id }}
                batch={tries.batch}
                onBatch={tries.onBatch}
              />
            )}
            <BulkSwitchPlan agents={agents} tries={tries.agents} {...rest} />
          </div>
        );
      }}
    </QueryBoundary>
  );
}

/** Progress by agent, with stop, resume and undo. */
function BulkSwitchResult({ run, error }: { run: BulkRun; error: Error | null }) {
  return (
    <div className="flex flex-col gap-4 pb-2">
      {error && (
        <Note tone="warn" title="Not everything was answered." live>
          {describeError(error).detail} What was written is shown below; resume it if it stands
          still.
        </Note>
      )}
      <OperationProgress id={run.operation_id} isStarting={run.isInProgress} canWrite />
      {run.remaining.length > 0 && (
        <section aria-label="Left as they were">
          <h3 className="mb-1.5 font-medium">Left as they were</h3>
          <BulkSwitchAgents label="Agents that were left out" agents={run.remaining} />
        </section>
      )}
    </div>
  );
}
