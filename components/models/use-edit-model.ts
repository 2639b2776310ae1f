"use client";

import { useState } from "react";
import { useApiForm } from "@/components/ui/form/use-api-form";
import type { SaveConflict } from "@/components/ui/form/versioned-save";
import { showToast } from "@/components/ui/overlay/toast";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { EditedModel, formFields, formValues, type ModelFormValues } from "./form-values";
import { useSaveModel } from "./use-model-writes";

export type ModelConflict = SaveConflict<ModelRecord, ModelChanges>;

type Options = { model: ModelRecord; unit: PriceUnit; onDone: () => void };

/** The form of a model on the record with which it was opened, and what became of saving it. */
export function useEditModel({ model, unit, onDone }: Options) {
  const [base, setBase] = useState(model);
  const { mutateAsync: save, conflict, dismissConflict } = useSaveModel();
  const form = useApiForm<ModelFormValues, ModelChanges>({
    schema: EditedModel,
    defaultValues: formValues(base, unit),
    fields: formFields,
  });

  /** What is refused is shown on the form, a conflict in its dialog. */
  function submit(from: ModelRecord, changes: ModelChanges): Promise<void> {
    return form.attempt(async () => {
      if (Object.keys(changes).length > 0) {
        await save({ base: from, changes });
        showToast({ tone: "good", title: `${from.display_name} was saved` });
      }
      dismissConflict();
      onDone();
    });
  }

  /** Their values in the fields of the conflict; the rest of mine is saved on top of theirs. */
  async function takeTheirs({ current, names, remaining }: ModelConflict) {
    const theirs = formValues(current, unit);
    for (const name of names) {
      if (name !== "is_active" && name !== "price_source") form.setValue(name, theirs[name]);
    }
    setBase(current);
    await submit(current, remaining ?? {});
  }

  return { base, form, conflict, submit, takeTheirs, backToEditing: dismissConflict };
}
