"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usePriceReferences } from "@/components/models/prices/price-references";
import {
  type PricesFrom,
  PricesFromField,
  toPricesFrom,
} from "@/components/models/prices/prices-from";
import { RepricingDialog } from "@/components/models/prices/repricing-dialog";
import { modelQueries } from "@/components/models/queries";
import { SheetFooter } from "@/components/models/sheet/sheet-footer";
import { Button } from "@/components/ui/form/button";
import { returnFocusToPanel } from "@/components/ui/form/return-focus-to-panel";
import { useApiForm } from "@/components/ui/form/use-api-form";
import type { FieldsOf, SaveConflict } from "@/components/ui/form/versioned-save";
import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { fieldLabel } from "@/lib/format";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import {
  changesSince,
  EditedModel,
  formFields,
  formValues,
  type ModelFormValues,
  repricedSince,
} from "./form-values";
import { formatValue } from "./format-value";
import { ModelFields } from "./model-fields";
import { priceEntry } from "./price-entry";
import { useUnitConfirmation } from "./unit-question";
import { useSaveModel } from "./use-model-writes";

export type EditFormProps = {
  model: ModelRecord;
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  /** Called after the first edit, so that leaving asks for confirmation. */
  onTyped: () => void;
  onDone: () => void;
};

/** Edits a model based on the record it was opened with; later updates don't reset the form. */
export function EditForm({ model, unit, onUnitChange, onTyped, onDone }: EditFormProps) {
  const [pricesFrom, setPricesFrom] = useState<PricesFrom | null>(null);
  const edit = useEditModel({ model, unit, pricesFrom, onDone });
  const { base, form, conflict, repricing } = edit;
  const { references, listed } = useReferences(base);
  const { confirm, question } = useUnitConfirmation(references, unit);
  return (
    <form
      method="post"
      ref={returnFocusToPanel}
      noValidate
      aria-label={`Edit ${base.display_name}`}
      onChange={onTyped}
      onSubmit={form.handleSubmit((edited) =>
        confirm(
          pricesFrom ? repricedSince(base, edited) : changesSince(base, edited),
          (changes) => edit.save(changes),
          (name, price) => form.setValue(name, priceEntry(price, unit)),
        ),
      )}
    >
      <ModelFields
        form={form}
        unit={unit}
        onUnitChange={onUnitChange}
        references={references}
        listed={listed}
        pricesFrom={
          <PricesFromField
            value={pricesFrom}
            error={edit.dayError}
            onChange={(value) => {
              onTyped();
              edit.clearDayError();
              setPricesFrom(value);
            }}
          />
        }
      />
      <SheetFooter refusal={form.refusal?.text} refusalTitle="Not saved." className="mt-5">
        <Button onClick={onDone}>Cancel</Button>
        <Button variant="primary" type="submit" busy={form.isPending}>
          Save changes
        </Button>
      </SheetFooter>
      {question}
      {repricing && pricesFrom && (
        <RepricingDialog
          model={base}
          changes={repricing}
          pricesFrom={toPricesFrom(pricesFrom)}
          unit={unit}
          onSave={() => edit.submit(base, repricing)}
          onClose={edit.cancelRepricing}
        />
      )}
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

/** The catalog's and the stored prices of a model. */
function useReferences(base: ModelRecord) {
  const known = useQuery(modelQueries.known(base.provider_id));
  const offer = known.data?.models.find((entry) => entry.model_id === base.model_id);
  const references = usePriceReferences({
    providerId: base.provider_id,
    catalog: offer?.prices,
    stored: base,
  });
  return { references, listed: offer?.prices };
}

function formatField(name: keyof ModelChanges, values: FieldsOf<ModelChanges>, unit: PriceUnit) {
  return name === "price_source" ? "" : formatValue(name, values, unit);
}

type ModelConflict = SaveConflict<ModelRecord, ModelChanges>;

type Options = {
  model: ModelRecord;
  unit: PriceUnit;
  pricesFrom: PricesFrom | null;
  onDone: () => void;
};

/** The edit form's state, and the result of saving it. */
function useEditModel({ model, unit, pricesFrom, onDone }: Options) {
  const [base, setBase] = useState(model);
  /** Changes that are saved once their effect on past costs is confirmed. */
  const [repricing, setRepricing] = useState<ModelChanges | null>(null);
  const [dayError, setDayError] = useState<string>();
  const { mutateAsync, conflict, dismissConflict } = useSaveModel(
    pricesFrom ? toPricesFrom(pricesFrom) : undefined,
  );
  const form = useApiForm<ModelFormValues, ModelChanges>({
    schema: EditedModel,
    defaultValues: formValues(base, unit),
    fields: formFields,
  });

  /** Refusals show on the form, conflicts in a dialog. */
  function submit(from: ModelRecord, changes: ModelChanges): Promise<void> {
    return form.attempt(async () => {
      if (Object.keys(changes).length > 0) {
        await mutateAsync({ base: from, changes });
        showToast({ tone: "good", title: `${from.display_name} was saved` });
      }
      dismissConflict();
      onDone();
    });
  }

  async function save(changes: ModelChanges): Promise<void> {
    if (!pricesFrom) return submit(base, changes);
    if (pricesFrom.day === "") setDayError("Choose a day");
    else if (Date.parse(toPricesFrom(pricesFrom)) > Date.now()) {
      setDayError("Choose a time in the past");
    } else setRepricing(changes);
  }

  /** Takes the other person's values in conflicting fields and keeps mine elsewhere. */
  async function takeTheirs({ current, names, remaining }: ModelConflict) {
    const theirs = formValues(current, unit);
    for (const name of names) {
      if (name !== "is_active" && name !== "price_source") form.setValue(name, theirs[name]);
    }
    setBase(current);
    await submit(current, remaining ?? {});
  }

  return {
    base,
    form,
    conflict,
    repricing,
    dayError,
    save,
    submit,
    takeTheirs,
    clearDayError: () => setDayError(undefined),
    cancelRepricing: () => setRepricing(null),
    backToEditing: dismissConflict,
  };
}
