"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import type { BudgetRecord, MeasuredBudget } from "@/lib/budgets/schema";
import { BudgetFields } from "./budget-fields";
import { formatAmount, nameOf } from "./budget-words";
import { useBudgetForm } from "./use-budget-form";

export type BudgetDialogProps = {
  /** Null for a new one. */
  budget: MeasuredBudget | null;
  budgets: readonly MeasuredBudget[];
  canWrite: boolean;
  /** Who changed it. */
  history: ReactNode;
  onClose: () => void;
};

/** Sets a budget, or changes or removes one that is there. */
export function BudgetDialog({ budget, budgets, canWrite, history, onClose }: BudgetDialogProps) {
  const held = useBudgetForm({ budget, budgets, onDone: onClose });
  const { form, errors, theirs, failure, saving, removing } = held;
  const isBlocked = !canWrite || saving || removing || theirs !== undefined;
  return (
    <Dialog
      title={budget ? `Budget of ${nameOf(budget)}` : "Set a budget"}
      description={budget ? undefined : "What it may cost in a month, in USD."}
      locked={saving || removing}
      onClose={onClose}
      footer={canWrite && <Buttons held={held} onClose={onClose} />}
    >
      <BudgetFields
        form={form}
        errors={errors}
        isNew={!budget}
        isReadOnly={!canWrite}
        onChange={held.change}
        onSubmit={() => !isBlocked && held.save()}
      />
      {theirs !== undefined && <Theirs held={held} theirs={theirs} onTakeTheirs={onClose} />}
      {failure && (
        <Note tone="bad" title="Nothing was changed." live className="mt-3">
          {errorInWords(failure).detail}
        </Note>
      )}
      {history && (
        <section aria-label="History" className="mt-4 border-t border-line pt-3 pb-2">
          <h3 className="mb-3 font-medium">History</h3>
          {history}
        </section>
      )}
    </Dialog>
  );
}

type Held = ReturnType<typeof useBudgetForm>;

function Buttons({ held, onClose }: { held: Held; onClose: () => void }) {
  const { isThere, saving, removing, theirs } = held;
  return (
    <>
      {isThere && (
        <Button
          className="mr-auto"
          busy={removing}
          disabled={saving || theirs !== undefined}
          onClick={held.remove}
        >
          Remove
        </Button>
      )}
      <Button disabled={saving || removing} onClick={onClose}>
        Cancel
      </Button>
      <Button
        variant="primary"
        busy={saving}
        disabled={removing || theirs !== undefined}
        onClick={held.save}
      >
        {isThere ? "Save" : "Set budget"}
      </Button>
    </>
  );
}

type TheirsProps = { held: Held; theirs: BudgetRecord | null; onTakeTheirs: () => void };

/** Somebody else was first: what they did, what I want, and my choice. */
function Theirs({ held, theirs, onTakeTheirs }: TheirsProps) {
  const { wantsRemoval, form } = held;
  const yours = wantsRemoval ? "" : ` Yours is $${form.amount}.`;
  return (
    <Note
      tone="warn"
      live
      title="Changed by someone else meanwhile: nothing of yours is saved."
      className="mt-3"
      action={
        <span className="flex gap-2">
          <Button size="sm" onClick={onTakeTheirs}>
            Keep theirs
          </Button>
          <Button size="sm" onClick={held.insist}>
            {wantsRemoval ? "Remove it" : "Save mine"}
          </Button>
        </span>
      }
    >
      {theirs
        ? `${theirs.updated_by} set it to ${formatAmount(theirs.monthly_usd)} a month.`
        : "It was removed."}
      {yours}
    </Note>
  );
}
