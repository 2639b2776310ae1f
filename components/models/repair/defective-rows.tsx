"use client";

import { useState } from "react";
import { useDeleteRow } from "@/components/models/edit/use-model-writes";
import { Button } from "@/components/ui/form/button";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { StatusMark } from "@/components/ui/text/status";
import { pluralize } from "@/lib/format";
import type { DefectiveModel } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { RepairDialog } from "./repair-dialog";
import { type RepairPlan, repairPlan } from "./repair-plan";

export type DefectiveRowsProps = {
  rows: readonly DefectiveModel[];
  unit: PriceUnit;
  canWrite: boolean;
};

/** Rows that can't be parsed, with the reasons, separate from the table. */
export function DefectiveRows({ rows, unit, canWrite }: DefectiveRowsProps) {
  const [deleting, setDeleting] = useState<string | null>(null);
  const [repairing, setRepairing] = useState<RepairPlan | null>(null);
  return (
    <details open className="mb-3 rounded-lg border border-line bg-panel">
      <summary className="flex items-center gap-2 px-3 py-2">
        <StatusMark tone="bad" />
        <h2 className="font-medium">
          {pluralize(rows.length, "row")} of the registry cannot be read
        </h2>
        <span className="text-ink-3 max-sm:hidden">Agents that look one up may fail.</span>
      </summary>
      <ul className="max-h-72 overflow-y-auto border-t border-line">
        {rows.map((row) => (
          <li key={row.pk} className="border-b border-line px-3 py-2 last:border-b-0">
            <DefectiveRow
              row={row}
              canWrite={canWrite}
              onRepair={setRepairing}
              onDelete={() => setDeleting(row.pk)}
            />
          </li>
        ))}
      </ul>
      {deleting !== null && <DeleteRow pk={deleting} onClose={() => setDeleting(null)} />}
      {repairing && (
        <RepairDialog plan={repairing} unit={unit} onClose={() => setRepairing(null)} />
      )}
    </details>
  );
}

type DefectiveRowProps = {
  row: DefectiveModel;
  canWrite: boolean;
  onRepair: (plan: RepairPlan) => void;
  onDelete: () => void;
};

function DefectiveRow({ row, canWrite, onRepair, onDelete }: DefectiveRowProps) {
  const plan = repairPlan(row);
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-mono text-sm wrap-anywhere">{row.pk || "(empty key)"}</p>
        <ul className="text-ink-2">
          {row.reasons.map((reason) => (
            <li key={reason} className="wrap-anywhere">
              {reason}
            </li>
          ))}
        </ul>
        {canWrite && !plan && (
          <p className="text-sm text-ink-3">
            It cannot be repaired here: delete it and add the model again.
          </p>
        )}
      </div>
      {canWrite && (
        <div className="flex gap-2">
          {plan && (
            <Button size="sm" aria-label={`Repair ${row.pk}`} onClick={() => onRepair(plan)}>
              Repair
            </Button>
          )}
          <Button size="sm" aria-label={`Delete ${row.pk}`} onClick={onDelete}>
            Delete
          </Button>
        </div>
      )}
    </div>
  );
}

function DeleteRow({ pk, onClose }: { pk: string; onClose: () => void }) {
  const remove = useDeleteRow();
  return (
    <ConfirmDialog
      title="Delete this row?"
      confirmLabel="Delete row"
      danger
      onConfirm={async () => {
        await remove.mutateAsync(pk);
        showToast({ tone: "good", title: "The row was deleted", description: pk });
      }}
      onClose={onClose}
    >
      <p>
        <span className="font-mono text-sm wrap-anywhere text-ink">{pk}</span> is removed from the
        registry with all that it holds. Activity keeps what it was. It is refused while an agent
        names it.
      </p>
    </ConfirmDialog>
  );
}
