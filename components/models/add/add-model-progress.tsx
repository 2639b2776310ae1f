"use client";

import { useModelActions } from "@/components/models/actions";
import { OperationProgress } from "@/components/operations/operation-progress";
import { useOperation, useOperationActions } from "@/components/operations/use-operation";
import { Button } from "@/components/ui/form/button";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { Status, type StatusTone } from "@/components/ui/text/status";
import { ApiError } from "@/lib/api/client";
import type { AvailableModel } from "@/lib/discovery/schema";
import { pluralize } from "@/lib/format";
import { modelPk } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { OfferFacts } from "./add-model-row";
import { type AddOutcome, outcomeOf, type useAddModels } from "./use-add-many";

const outcomeLabels: Record<AddOutcome["state"], { label: string; tone: StatusTone }> = {
  waiting: { label: "Waiting", tone: "off" },
  added: { label: "Added", tone: "good" },
  refused: { label: "Not added", tone: "bad" },
};

type AddRequest = NonNullable<ReturnType<typeof useAddModels>["request"]>;

export type AddProgressProps = {
  request: AddRequest;
  add: ReturnType<typeof useAddModels>["add"];
  unit: PriceUnit;
};

/** The outcome of each chosen model, with one undo. */
export function AddProgress({ request, add, unit }: AddProgressProps) {
  const { models, provider, operation_id } = request;
  const { data: operation } = useOperation(operation_id, add.isPending);
  const isUndone = operation !== undefined && operation.undone_by !== null;
  const settled = models.map((model) => {
    const pk = modelPk({ provider, model_id: model.model_id });
    const answered = add.data?.outcomes.get(model.model_id);
    return { model, pk, outcome: outcomeOf(pk, answered, operation) };
  });
  const added = settled.filter(({ outcome }) => outcome.state === "added").length;
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="font-medium">
        {isUndone
          ? "Undone: the models were taken out again."
          : add.isPending
            ? `Adding ${pluralize(models.length, "model")}…`
            : `${added} of ${pluralize(models.length, "model")} added.`}
      </p>
      {add.isError && <LostAnswer error={add.error} operationId={operation_id} />}
      <ul aria-label="Chosen models" className="rounded-md border border-line">
        {settled.map((entry) => (
          <ProgressRow key={entry.pk} unit={unit} isUndone={isUndone} {...entry} />
        ))}
      </ul>
      {add.data?.wrote && !isUndone && added > 0 && <Undo id={operation_id} count={added} />}
    </div>
  );
}

/**
 * If the request was refused, nothing was written; after other failures the operation has the
 * outcomes.
 */
function LostAnswer({ error, operationId }: { error: unknown; operationId: string }) {
  const { detail } = describeError(error);
  if (error instanceof ApiError && error.problem.status < 500) {
    return (
      <Note tone="bad" title="Nothing was added." live>
        {detail}
      </Note>
    );
  }
  return (
    <>
      <Note tone="warn" title="The answer was lost." live>
        {detail} What was written is shown below; resume it if it stands still.
      </Note>
      <OperationProgress id={operationId} canWrite />
    </>
  );
}

type RowProps = {
  model: AvailableModel;
  unit: PriceUnit;
  pk: string;
  outcome: AddOutcome;
  isUndone: boolean;
};

function ProgressRow({ model, unit, pk, outcome, isUndone }: RowProps) {
  const { open } = useModelActions();
  const isRegistered = outcome.state === "added" && !isUndone;
  const { label, tone } = outcomeLabels[outcome.state];
  return (
    <li className="flex items-start gap-2 border-b border-line px-2.5 py-2 last:border-b-0">
      <div className="min-w-0 flex-1">
        <span className="font-medium wrap-anywhere">{model.display_name}</span>
        <span className="block text-sm text-ink-3">
          <OfferFacts model={model} unit={unit} />
        </span>
        {outcome.message && (
          <p className="text-sm wrap-anywhere text-bad">
            <span className="font-mono text-xs">{model.model_id}</span>: {outcome.message}
          </p>
        )}
      </div>
      <span className="flex shrink-0 flex-col items-end gap-1">
        <Status tone={isUndone ? "off" : tone} className="text-sm">
          {isUndone && outcome.state === "added" ? "Taken out" : label}
        </Status>
        {isRegistered && (
          <Button size="sm" aria-label={`Open ${model.display_name}`} onClick={() => open(pk)}>
            Open
          </Button>
        )}
      </span>
    </li>
  );
}

function Undo({ id, count }: { id: string; count: number }) {
  const { undo } = useOperationActions(id);
  return (
    <div className="flex flex-col items-start gap-2">
      <Button busy={undo.isPending} onClick={() => undo.mutate()}>
        Undo {pluralize(count, "model")}
      </Button>
      {undo.error && (
        <Note tone="bad" title="Not undone." live>
          {describeError(undo.error).detail}
        </Note>
      )}
    </div>
  );
}
