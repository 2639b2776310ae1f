"use client";

import { useQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/form/button";
import { handOnFocus } from "@/components/ui/form/hand-on-focus";
import type { FieldsOf } from "@/components/ui/form/versioned-save";
import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import { fieldLabel } from "@/lib/format";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { valueInWords } from "./field-words";
import { changesSince } from "./form-values";
import { ModelFields } from "./model-fields";
import { priceEntry } from "./price-entry";
import { usePriceReferences } from "./price-references";
import { modelQueries } from "./queries";
import { SheetFooter } from "./sheet-footer";
import { useUnitQuestion } from "./unit-question";
import { useEditModel } from "./use-edit-model";

export type EditFormProps = {
  model: ModelRecord;
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  /** Told once something was typed, so that leaving can ask first. */
  onTyped: () => void;
  onDone: () => void;
};

/** Edits a model on the record with which it was opened, whatever arrives meanwhile. */
export function EditForm({ model, unit, onUnitChange, onTyped, onDone }: EditFormProps) {
  const edit = useEditModel({ model, unit, onDone });
  const { base, form, conflict } = edit;
  const references = useReferences(base);
  const { ask, question } = useUnitQuestion(references);
  return (
    <form
      ref={handOnFocus}
      noValidate
      aria-label={`Edit ${base.display_name}`}
      onChange={onTyped}
      onSubmit={form.handleSubmit((edited) =>
        ask(
          changesSince(base, edited),
          (changes) => edit.submit(base, changes),
          (name, price) => form.setValue(name, priceEntry(price, unit)),
        ),
      )}
    >
      <ModelFields form={form} unit={unit} onUnitChange={onUnitChange} references={references} />
      <SheetFooter refusal={form.refusal?.text} refused="Not saved." className="mt-5">
        <Button onClick={onDone}>Cancel</Button>
        <Button variant="primary" type="submit" busy={form.isPending}>
          Save changes
        </Button>
      </SheetFooter>
      {question}
      {conflict && (
        <ConflictDialog
          subject={base.display_name}
          conflict={conflict}
          label={(name) => fieldLabel(name, "model")}
          format={(name, values) => formatField(name, values, unit)}
          onKeepMine={() => edit.submit(conflict.current, conflict.changes)}
          onTakeTheirs={() => edit.takeTheirs(conflict)}
          onClose={edit.backToEditing}
        />
      )}
    </form>
  );
}

/** What prices of this model are known to be: from the catalog and as stored. */
function useReferences(base: ModelRecord) {
  const known = useQuery(modelQueries.known(base.provider_id));
  const offer = known.data?.models.find((entry) => entry.model_id === base.model_id);
  return usePriceReferences({
    providerId: base.provider_id,
    catalog: offer?.prices,
    stored: base,
  });
}

function formatField(name: keyof ModelChanges, values: FieldsOf<ModelChanges>, unit: PriceUnit) {
  return name === "price_source" ? "" : valueInWords(name, values, unit);
}
