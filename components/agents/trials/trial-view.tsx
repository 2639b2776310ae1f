"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { paramsOf } from "@/components/agents/runs/queries";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { Menu } from "@/components/ui/overlay/menu";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { Chip } from "@/components/ui/text/chip";
import { CopyLink } from "@/components/ui/text/copy-link";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Tag } from "@/components/ui/text/tag";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { pluralize } from "@/lib/format";
import { modelPk } from "@/lib/models/schema";
import type { TargetSummary, Trial, TrialCell, TrialSummary } from "@/lib/trials/schema";
import { cellFilters, filterCases } from "./cell-labels";
import { saveTrial } from "./export-trial";
import { CellDialog, StartTrialDialog } from "./lazy-dialogs";
import { trialQueries } from "./queries";
import { showModelCard } from "./show-model-card";
import {
  describeCalls,
  describeRequest,
  describeResult,
  describeSource,
  type TargetName,
  targetNames,
  targetTag,
} from "./trial-labels";
import { TrialMatrix } from "./trial-matrix";
import { TrialProgress } from "./trial-progress";
import type { SetTrialsState, TrialsState, TrialsTabProps } from "./trials-state";

type Props = TrialsTabProps & {
  id: string;
  state: TrialsState;
  setState: SetTrialsState;
  /** Opens another trial. */
  onOpen: (id: string) => void;
  onClose: () => void;
};

/** One trial: its result, then each case on each model. Refetched while it is running. */
export function TrialView({ id, onClose, ...props }: Props) {
  const query = useQuery(trialQueries.record(props.agent, id));
  return (
    <section aria-label="Trial" className="flex flex-col gap-4">
      <Button size="sm" variant="ghost" className="w-fit" onClick={onClose}>
        ← All trials
      </Button>
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Loading the trial" rows={6} rowHeight={60} />}
        errorTitle="The trial couldn't be read"
      >
        {(trial) => (
          <>
            <Heading {...props} trial={trial} />
            {query.error && (
              <Note tone="warn" title="This may be out of date." live>
                {describeError(query.error).detail}
              </Note>
            )}
            <TrialProgress {...props} trial={trial} />
            <Result {...props} trial={trial} />
            <Cases {...props} trial={trial} />
          </>
        )}
      </QueryBoundary>
    </section>
  );
}

type PartProps = Omit<Props, "id" | "onClose"> & { trial: Trial };

/** Moves the focus here when a trial is opened. */
const focus = (element: HTMLElement | null) => element?.focus();

function Heading({ trial, agent, models, canWrite, hasDraft, onOpen }: PartProps) {
  const [dialog, setDialog] = useState<"again" | "delete" | null>(null);
  const { targets, created_at, created_by } = trial;
  const close = () => setDialog(null);
  const hasTexts = canWrite && trial.texts_deleted_at === null && trial.status !== "running";
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-72">
        <h2 ref={focus} tabIndex={-1} className="mb-1 w-fit text-lg font-semibold">
          {describeSource(trial)} on {pluralize(targets.length, "model")}
        </h2>
        <p className="max-w-180 text-ink-3">
          {describeRequest(trial)} No tool was run.{" "}
          {trial.status === "done" && `${describeCalls(trial)} `}
          Started <RelativeTime at={created_at} /> by {created_by}.
        </p>
        {trial.cells.some(({ simulated }) => simulated) && (
          <p className="text-ink-3">Simulated: no provider was called, and nothing was paid.</p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <CopyLink />
        <Menu
          label="Export"
          items={[
            { label: "CSV, one line a cell", onSelect: () => saveTrial(trial, "csv") },
            { label: "JSONL, one line a cell", onSelect: () => saveTrial(trial, "jsonl") },
          ]}
        />
        {hasTexts && <Button onClick={() => setDialog("delete")}>Delete texts…</Button>}
        {canWrite && <Button onClick={() => setDialog("again")}>Try again…</Button>}
      </div>
      {dialog === "delete" && <DeleteTexts agent={agent} trial={trial} onClose={close} />}
      {dialog === "again" && (
        <StartTrialDialog
          agent={agent}
          models={models}
          hasDraft={hasDraft}
          from={trial}
          onStarted={onOpen}
          onClose={close}
        />
      )}
    </div>
  );
}

function Result({ trial, models }: PartProps) {
  const result = describeResult(trial, targetNames(trial, models));
  if (!result) return null;
  return (
    <Note tone={result.isGood ? "good" : "warn"} title={result.title} live>
      {result.detail}
    </Note>
  );
}

const filterLabels: Record<(typeof cellFilters)[number], string> = {
  differs: "Differs",
  failed: "Failed",
  slower: "Slower",
};

function Cases(props: PartProps) {
  const { trial, models, agent, canWrite, state, setState, onSwitch } = props;
  const names = targetNames(trial, models);
  const cases = filterCases(trial, state.show);
  const open = openCell(trial, state.cell);
  const nameCell = (cell: TrialCell) => `${cell.case}.${cell.target}`;
  return (
    <Card title="Cases">
      <fieldset className="mb-3 flex flex-wrap items-center gap-2">
        <legend className="sr-only">Show only cases with a cell that</legend>
        {cellFilters.map((filter) => (
          <Chip
            key={filter}
            pressed={state.show.includes(filter)}
            onToggle={(isOn) =>
              setState({
                show: cellFilters.filter((other) =>
                  other === filter ? isOn : state.show.includes(other),
                ),
              })
            }
          >
            {filterLabels[filter]} {filterCases(trial, [filter]).length}
          </Chip>
        ))}
        <span role="status" className="text-sm text-ink-3">
          {cases.length === trial.case_list.length
            ? pluralize(cases.length, "case")
            : `${cases.length} of ${pluralize(trial.case_list.length, "case")}`}
        </span>
      </fieldset>
      {cases.length === 0 ? (
        <EmptyState
          title="No case matches"
          action={<Button onClick={() => setState({ show: null })}>Show all cases</Button>}
        >
          None of the answers is like that.
        </EmptyState>
      ) : (
        <TrialMatrix
          trial={trial}
          names={names}
          cases={cases}
          tag={(target) => <TargetTag target={target} targets={trial.targets} />}
          action={(target) => (
            <SwitchButton
              trial={trial}
              target={target}
              name={names.find(({ pk }) => pk === modelPk(target))}
              agent={agent}
              canWrite={canWrite}
              onSwitch={onSwitch}
            />
          )}
          onOpen={(cell) => setState({ cell: nameCell(cell) }, { history: "push" })}
        />
      )}
      <p className="mt-3 text-sm text-ink-3">
        <Texts trial={trial} canWrite={canWrite} /> Slower: at least 20% longer than the present
        model.
      </p>
      {open && (
        <CellDialog
          agent={agent}
          trial={trial}
          names={names}
          cases={cases}
          cell={open}
          canWrite={canWrite}
          onOpen={(cell) => setState({ cell: nameCell(cell) })}
          onClose={() => setState({ cell: null })}
        />
      )}
    </Card>
  );
}

function openCell({ cells }: Trial, name: string | null): TrialCell | undefined {
  return cells.find((cell) => `${cell.case}.${cell.target}` === name);
}

type TargetTagProps = { target: TargetSummary; targets: readonly TargetSummary[] };

function TargetTag({ target, targets }: TargetTagProps) {
  const tag = targetTag(target, targets);
  return (
    tag && (
      <Tag tone={tag.tone} className="mt-1">
        {tag.label}
      </Tag>
    )
  );
}

type SwitchProps = Pick<TrialsTabProps, "agent" | "canWrite" | "onSwitch"> & {
  trial: Trial;
  target: TargetSummary;
  name: TargetName | undefined;
};

/** Primary for the cheapest model that does as well; absent if the model never answered. */
function SwitchButton({ trial, target, name, agent, canWrite, onSwitch }: SwitchProps) {
  const model = name?.model;
  if (!model) return <span className="text-sm text-ink-3">Not registered any more</span>;
  if (model.pk === agent.resolves_to) {
    return <span className="text-sm text-ink-3">The agent runs on it</span>;
  }
  if (target.of > 0 && target.ok === 0) {
    return <span className="text-sm text-ink-3">No call was answered</span>;
  }
  if (!canWrite || target.of === 0) return null;
  if (!model.is_active) return <span className="text-sm text-ink-3">Inactive</span>;
  const isOffered = trial.offer !== null && modelPk(trial.offer) === model.pk;
  return (
    <Button
      size="sm"
      variant={isOffered ? "primary" : "secondary"}
      className="whitespace-normal! h-auto! min-h-6 text-left"
      onClick={() => {
        onSwitch({ model, trial_id: trial.id });
        showModelCard(agent);
      }}
    >
      {isOffered ? "Switch to this model" : "Switch…"}
      <span className="sr-only"> {name.name}</span>
    </Button>
  );
}

function Texts({ trial, canWrite }: { trial: Trial; canWrite: boolean }) {
  if (trial.texts_deleted_at !== null) {
    return (
      <>
        The texts were deleted <RelativeTime at={trial.texts_deleted_at} />.
      </>
    );
  }
  if (!canWrite) return "Only admins see what was sent and answered.";
  return (
    <>
      Messages and answers are deleted <RelativeTime at={trial.texts_until} />.
    </>
  );
}

type DeleteProps = { agent: AgentKey; trial: TrialSummary; onClose: () => void };

/** Asks for confirmation before the texts of a trial are deleted. */
function DeleteTexts({ agent, trial, onClose }: DeleteProps) {
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
