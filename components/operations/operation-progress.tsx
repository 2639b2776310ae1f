"use client";

import { Button } from "@/components/ui/form/button";
import { ProgressBar } from "@/components/ui/progress-bar";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status, StatusMark, type StatusTone } from "@/components/ui/text/status";
import { formatCount, pluralize } from "@/lib/format";
import type { OperationItem, OperationRecord } from "@/lib/operations/schema";
import { useOperation, useOperationActions } from "./use-operation";

export type OperationProgressProps = {
  id: string;
  /**
   * True while the request that creates the operation is in flight, because the operation may not
   * exist yet.
   */
  isStarting?: boolean;
  canWrite: boolean;
};

/** An operation by item, with stop, resume and undo. */
export function OperationProgress({ id, isStarting, canWrite }: OperationProgressProps) {
  const query = useOperation(id, isStarting);
  return (
    <QueryBoundary
      query={{ ...query, error: isStarting ? null : query.error }}
      skeleton={
        <Loading label="The operation begins">
          <p aria-hidden="true" className="mb-2 text-ink-2">
            Preparing…
          </p>
          <Skeleton className="h-1.5 w-full" />
        </Loading>
      }
      errorTitle="The operation could not be read"
    >
      {(operation) => (
        <Progress operation={operation} canWrite={canWrite} isExecuting={isStarting} />
      )}
    </QueryBoundary>
  );
}

type ProgressProps = {
  operation: OperationRecord;
  canWrite: boolean;
  /** True while the executing request is open. */
  isExecuting?: boolean;
};

function Progress({ operation, canWrite, isExecuting }: ProgressProps) {
  const state = operationState(operation);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <div role="status">
          <Status tone={state.tone} className="font-medium">
            {state.label}
          </Status>{" "}
          <span className="text-ink-2">{state.detail}</span>
        </div>
        <ProgressBar
          label="Rows settled"
          done={operation.done + operation.refused}
          total={operation.total}
          className="my-2"
        />
        <p className="text-sm text-ink-3">
          Begun by {operation.actor} <RelativeTime at={operation.created_at} />
        </p>
      </div>
      <OperationItems items={operation.items} />
      {canWrite && <Actions operation={operation} isExecuting={isExecuting} />}
      {operation.undone_by && (
        <section aria-label="Undo" className="border-t border-line pt-3">
          <h3 className="mb-2 font-medium">Undo</h3>
          <OperationProgress id={operation.undone_by} canWrite={canWrite} />
        </section>
      )}
    </div>
  );
}

function Actions({ operation, isExecuting }: Omit<ProgressProps, "canWrite">) {
  const { kind, status, done, pending, refused, undone_by, operation_id } = operation;
  const { stop, resume, undo } = useOperationActions(operation_id);
  const failed = [stop, resume, undo].find((action) => action.error);
  if (undone_by !== null) return null;
  const isRunning = status === "running" || resume.isPending;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {isRunning && (
          <Button busy={stop.isPending} onClick={() => stop.mutate()}>
            Stop
          </Button>
        )}
        {pending > 0 && !isExecuting && (
          <Button busy={resume.isPending} onClick={() => resume.mutate()}>
            Resume
          </Button>
        )}
        {!isRunning && pending === 0 && refused > 0 && (
          <Button busy={resume.isPending} onClick={() => resume.mutate()}>
            Try the refused again
          </Button>
        )}
        {!isRunning && done > 0 && (
          <Button busy={undo.isPending} onClick={() => undo.mutate()}>
            {kind === "undo" ? "Redo" : "Undo"} {pluralize(done, "row")}
          </Button>
        )}
      </div>
      {failed?.error && (
        <Note tone="bad" live>
          {describeError(failed.error).detail}
        </Note>
      )}
    </>
  );
}

/** The outcome of each row, those with a message first. */
function OperationItems({ items }: { items: readonly OperationItem[] }) {
  const sorted = [
    ...items.filter((item) => item.outcome === "refused"),
    ...items.filter((item) => item.outcome !== "refused" && item.message),
    ...items.filter((item) => item.outcome !== "refused" && !item.message),
  ];
  return (
    <VirtualList
      label="Rows of the operation"
      items={sorted}
      keyOf={({ index }) => index}
      lineHeight={27}
    >
      {(item) => <ItemLine item={item} />}
    </VirtualList>
  );
}

function ItemLine({ item }: { item: OperationItem }) {
  return (
    <div className="flex items-baseline gap-2 text-sm">
      <StatusMark tone={itemTones[item.outcome]} />
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-mono">{item.entity.id}</span>
        {item.message && (
          <span className={item.outcome === "done" ? "block text-warn" : "block text-bad"}>
            {item.message}
          </span>
        )}
      </span>
      <span className="whitespace-nowrap text-ink-3">
        {item.entity.kind} {itemLabels(item)}
      </span>
    </div>
  );
}

/** An operation's status as a mark, a label and a sentence. */
function operationState(operation: OperationRecord): {
  tone: StatusTone;
  label: string;
  detail: string;
} {
  const { status, total, done, refused, pending, undone_by } = operation;
  if (undone_by !== null) {
    return { tone: "off", label: "Undone", detail: "The outcome of each row is listed below." };
  }
  switch (status) {
    case "running":
      return {
        tone: "off",
        label: "Running",
        detail: `${formatCount(done + refused)} of ${pluralize(total, "row")} so far.`,
      };
    case "stopped":
      return {
        tone: "warn",
        label: "Stopped",
        detail: `${pluralize(done, "row")} written, ${pluralize(pending, "row")} not touched.`,
      };
    case "partial":
      return {
        tone: "warn",
        label: done === 0 ? "Refused" : "Partly done",
        detail: `${pluralize(done, "row")} written, ${pluralize(refused, "row")} refused and left as ${refused === 1 ? "it was" : "they were"}.`,
      };
    case "done":
      return { tone: "good", label: "Done", detail: `${pluralize(total, "row")} written.` };
  }
}

const verbs = {
  done: { create: "added", update: "changed", delete: "removed" },
  pending: { create: "to add", update: "to change", delete: "to remove" },
  refused: { create: "not added", update: "not changed", delete: "not removed" },
} as const;

/** "added", "to change", "not removed" */
function itemLabels({ action, outcome }: OperationItem): string {
  return verbs[outcome][action];
}

const itemTones: Record<OperationItem["outcome"], StatusTone> = {
  done: "good",
  pending: "off",
  refused: "bad",
};
