"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useModelActions } from "@/components/models/actions";
import { useUndoOperation } from "@/components/operations/use-operation";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { apiFetch } from "@/lib/api/client";
import { formatCount, formatPricePerTokens, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { priceLabel } from "./price-labels";

export type AssumedDialogProps = {
  models: readonly ModelRecord[];
  unit: PriceUnit;
  onClose: () => void;
};

/** Confirms prices whose unit is assumed, one by one or all together. */
export function AssumedDialog({ models, unit, onClose }: AssumedDialogProps) {
  const confirm = useConfirmPrices();
  const { open } = useModelActions();
  const isBusy = (pk: string) =>
    confirm.isPending && confirm.variables.some((model) => model.pk === pk);
  return (
    <Dialog
      title="Prices of an assumed unit"
      description="No catalog price settles whether they are per 1M or per 1K tokens. Confirmed as they are read, they count as set by you."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            variant="primary"
            busy={confirm.isPending && confirm.variables.length === models.length}
            onClick={() => confirm.mutate(models)}
          >
            Confirm {models.length === 1 ? "it" : `all ${formatCount(models.length)}`}
          </Button>
        </>
      }
    >
      {confirm.error && (
        <Note tone="bad" title="Not confirmed." live className="mb-3">
          {describeError(confirm.error).detail}
        </Note>
      )}
      <ul aria-label="Prices of an assumed unit" className="rounded-md border border-line">
        {models.map((model) => (
          <li
            key={model.pk}
            className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-2.5 py-2 last:border-b-0"
          >
            <div className="min-w-0 flex-1 basis-64 wrap-anywhere">
              <p className="font-medium">{model.display_name}</p>
              <p className="font-mono text-sm text-ink-3">{model.pk}</p>
              {(["input_price", "output_price"] as const).map((name) => (
                <p key={name} className="text-sm text-ink-2">
                  {priceLabel(name)}: {formatPricePerTokens(model[name], unit)}
                </p>
              ))}
            </div>
            <Button
              size="sm"
              aria-label={`Edit ${model.display_name}`}
              onClick={() => {
                onClose();
                open(model.pk, "edit");
              }}
            >
              It is wrong
            </Button>
            <Button
              size="sm"
              aria-label={`Confirm ${model.display_name}`}
              busy={isBusy(model.pk)}
              onClick={() => confirm.mutate([model])}
            >
              Confirm
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Confirms as one operation; the toast offers to undo it. */
function useConfirmPrices() {
  const client = useQueryClient();
  const undo = useUndoOperation();
  return useMutation({
    mutationFn: (models: readonly ModelRecord[]) =>
      apiFetch("confirmPrices", {
        body: { models: models.map(({ pk, etag }) => ({ pk, etag })) },
      }),
    onSuccess: ({ models, operation_id }) => {
      const done = models.filter(({ outcome }) => outcome === "confirmed").length;
      const remaining = models.filter(({ outcome }) => outcome !== "confirmed");
      showToast({
        tone: remaining.length > 0 ? "warn" : "good",
        title: `${pluralize(done, "price")} confirmed`,
        description: remaining.map(({ pk, message }) => message ?? `${pk} was settled already.`)[0],
        ...(done > 0 &&
          operation_id && { action: { label: "Undo", onClick: () => void undo(operation_id) } }),
      });
    },
    onSettled: () => client.invalidateQueries(),
  });
}
