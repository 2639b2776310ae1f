"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import type { MeasuredBudget } from "@/lib/budgets/schema";
import { fieldLabel } from "@/lib/format";
import { BudgetFields } from "./budget-fields";
import { formatAmount, nameOf } from "./budget-labels";
import { useBudgetForm } from "./use-budget-form";

export type BudgetDialogProps = {
  /** Null for a new budget. */
  budget: MeasuredBudget | null;
  budgets: readonly MeasuredBudget[];
  canWrite: boolean;
  history: ReactNode;
  onClose: () => void;
};

const formId = "budget";

/** Sets, changes or removes a budget. */
export function BudgetDialog({ budget, budgets, canWrite, history, onClose }: BudgetDialogProps) {
  const budgetForm = useBudgetForm({ budget, budgets, onDone: onClose });
  const { form, conflict, keepMine, dismissConflict } = budgetForm;
  return (
    <Dialog
      title={budget ? `Budget of ${nameOf(budget)}` : "Set a budget"}
      description={budget ? undefined : "What it may cost in a month, in USD."}
      locked={form.isPending}
      onClose={onClose}
      footer={canWrite && <Buttons budgetForm={budgetForm} onClose={onClose} />}
    >
      <BudgetFields
        id={formId}
        form={form}
        isNew={!budget}
        isReadOnly={!canWrite}
        onSubmit={budgetForm.save}
      />
      {form.refusal && (
        <Note tone="bad" title="Nothing was changed." live className="mt-3">
          {form.refusal.text}
        </Note>
      )}
      {history && (
        <section aria-label="History" className="mt-4 border-t border-line pt-3 pb-2">
          <h3 className="mb-3 font-medium">History</h3>
          {history}
        </section>
      )}
      {conflict && (
        <ConflictDialog
          subject={`The budget of ${nameOf(conflict.changes)}`}
          conflict={conflict}
          label={(name) => fieldLabel(name, "budget")}
          format={(_, { monthly_usd }) => (monthly_usd ? formatAmount(monthly_usd) : "no budget")}
          onKeepMine={async () => keepMine()}
          onTakeTheirs={async () => onClose()}
          onClose={dismissConflict}
        />
      )}
    </Dialog>
  );
}

type ButtonsProps = { budgetForm: ReturnType<typeof useBudgetForm>; onClose: () => void };

function Buttons({ budgetForm, onClose }: ButtonsProps) {
  const { exists, isSaving, isRemoving, remove } = budgetForm;
  return (
    <>
      {exists && (
        <Button className="mr-auto" busy={isRemoving} disabled={isSaving} onClick={remove}>
          Remove
        </Button>
      )}
      <FormButtons
        label={exists ? "Save" : "Set budget"}
        busy={isSaving}
        disabled={isRemoving}
        form={formId}
        onCancel={onClose}
      />
    </>
  );
}
