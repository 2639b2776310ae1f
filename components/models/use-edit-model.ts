"use client";

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { showServerErrors } from "@/components/ui/form/server-errors";
import { SaveConflict } from "@/components/ui/form/versioned-save";
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
  const [refusal, setRefusal] = useState<string | null>(null);
  const { mutateAsync: save, conflict, dismissConflict } = useSaveModel();
  const form = useForm<ModelFormValues, unknown, ModelChanges>({
    resolver: standardSchemaResolver(EditedModel),
    defaultValues: formValues(base, unit),
  });

  async function submit(from: ModelRecord, changes: ModelChanges) {
    setRefusal(null);
    if (Object.keys(changes).length > 0) {
      try {
        await save({ base: from, changes });
      } catch (error) {
        if (error instanceof SaveConflict) return;
        return setRefusal(showServerErrors(error, formFields, form.setError));
      }
      showToast({ tone: "good", title: `${from.display_name} was saved` });
    }
    dismissConflict();
    onDone();
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

  return { base, form, refusal, conflict, submit, takeTheirs, backToEditing: dismissConflict };
}
