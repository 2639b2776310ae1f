"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { modelQueries } from "@/components/models/queries";
import { OperationProgressDialog } from "@/components/operations/operation-dialogs";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { ApiError, apiFetch } from "@/lib/api/client";
import { pluralize } from "@/lib/format";
import type { PriceSyncRequest, PriceSyncResult } from "@/lib/price-sync/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { PriceSyncList } from "./price-sync-list";
import { PriceSyncSummary } from "./price-sync-summary";
import { defaultTicks, type Ticks, tickedPrices } from "./price-ticks";

export type PriceSyncDialogProps = { unit: PriceUnit; onClose: () => void };
type Flow = ReturnType<typeof usePriceSync>;

/** Takes prices from the catalog after a preview of differences and costs. */
export function PriceSyncDialog({ unit, onClose }: PriceSyncDialogProps) {
  const flow = usePriceSync();
  const { operationId, write } = flow;
  if (operationId) {
    return (
      <OperationProgressDialog
        title="Sync prices"
        operationId={operationId}
        isWriting={write.isPending}
        isAnswerLost={write.isError}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title="Sync prices"
      description="Compared with the newest fact of the price catalogs. Nothing is written before you say so."
      size="lg"
      onClose={onClose}
      footer={<Footer flow={flow} onClose={onClose} />}
    >
      {write.error && (
        <Note tone="bad" title="Nothing was written." live className="mb-3">
          {describeError(write.error).detail}
        </Note>
      )}
      <Plan flow={flow} unit={unit} />
    </Dialog>
  );
}

function Footer({ flow: { plan, ticks, start }, onClose }: { flow: Flow; onClose: () => void }) {
  const changes = plan.data?.changes ?? [];
  if (changes.length === 0) return <Button onClick={onClose}>Close</Button>;
  const models = tickedPrices(changes, ticks).length;
  return (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="primary" disabled={models === 0} onClick={start}>
        {models === 0 ? "Sync prices" : `Sync ${pluralize(models, "model")}`}
      </Button>
    </>
  );
}

function Plan({ flow, unit }: { flow: Flow; unit: PriceUnit }) {
  return (
    <QueryBoundary
      query={flow.plan}
      skeleton={
        <Loading label="Comparing with the catalog">
          <p aria-hidden="true" className="mb-2 text-ink-3">
            Comparing with the catalog and last month's usage…
          </p>
          <Skeleton className="h-48 w-full" />
        </Loading>
      }
      errorTitle="The prices could not be compared"
      empty={({ changes }) =>
        changes.length === 0 && (
          <EmptyState title="Nothing to sync">
            Every price that the catalog lists is the same here. Models that it does not list keep
            theirs: edit them by hand.
          </EmptyState>
        )
      }
    >
      {(result) => <Differences flow={flow} result={result} unit={unit} />}
    </QueryBoundary>
  );
}

type DifferencesProps = { flow: Flow; result: PriceSyncResult; unit: PriceUnit };

function Differences({ flow: { ticks, setTicks }, result, unit }: DifferencesProps) {
  return (
    <div className="flex flex-col gap-3">
      <PriceSyncSummary result={result} ticks={ticks} onTicks={setTicks} />
      <PriceSyncList changes={result.changes} ticks={ticks} onTicks={setTicks} unit={unit} />
    </div>
  );
}

/** Compares with the catalog, then writes the ticked prices as one operation. */
function usePriceSync() {
  const client = useQueryClient();
  const [operationId, setOperationId] = useState<string | null>(null);
  const plan = useQuery({ ...modelQueries.pricePlan(), enabled: operationId === null });
  const changes = plan.data?.changes;
  /** Null until the user changes the defaults. */
  const [chosen, setChosen] = useState<Ticks | null>(null);
  const ticks = chosen ?? defaultTicks(changes ?? []);
  const write = useMutation({
    mutationFn: (body: PriceSyncRequest) => apiFetch("syncPrices", { body }),
    // After a 4xx nothing was written. After other failures the operation has the outcome.
    onError: (error) => {
      if (error instanceof ApiError && error.problem.status < 500) setOperationId(null);
    },
    onSuccess: (result) => setOperationId(result.operation_id),
    onSettled: () => client.invalidateQueries(),
  });

  function start() {
    const operation_id = crypto.randomUUID();
    setOperationId(operation_id);
    write.mutate({ operation_id, prices: tickedPrices(changes ?? [], ticks) });
  }
  return { plan, ticks, setTicks: setChosen, operationId, write, start };
}
