"use client";

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { showServerErrors } from "@/components/ui/form/server-errors";
import { showToast } from "@/components/ui/overlay/toast";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { EditedModel, formFields, formValues, type ModelFormValues } from "./form-values";
import { EditConflict } from "./save-model";
import { useSaveModel } from "./use-model-writes";

export type Conflict = { error: EditConflict; changes: ModelChanges };

type Options = { model: ModelRecord; unit: PriceUnit; onDone: () => void };

/** The form of a model on the record with which it was opened, and what became of saving it. */
export function useEditModel({ model, unit, onDone }: Options) {
  const [base, setBase] = useState(model);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const save = useSaveModel();
  const form = useForm<ModelFormValues, unknown, ModelChanges>({
    resolver: standardSchemaResolver(EditedModel),
    defaultValues: formValues(base, unit),
  });

  async function submit(from: ModelRecord, changes: ModelChanges) {
    setRefusal(null);
    if (Object.keys(changes).length > 0) {
      try {
        await save.mutateAsync({ model: from, changes });
      } catch (error) {
        if (error instanceof EditConflict) return setConflict({ error, changes });
        setConflict(null);
        return setRefusal(showServerErrors(error, formFields, form.setError));
      }
      showToast({ tone: "good", title: `${from.display_name} was saved` });
    }
    setConflict(null);
    onDone();
  }

  /** Their values in the fields that clash; the rest of mine is saved on top of theirs. */
  async function takeTheirs({ error, changes }: Conflict) {
    const theirs = formValues(error.current, unit);
    for (const name of error.names) {
      if (name !== "is_active") form.setValue(name, theirs[name]);
    }
    setBase(error.current);
    const isMine = (name: string) => !error.names.some((other) => other === name);
    const rest = Object.entries(changes).filter(([name]) => isMine(name));
    // The entries of one object of this type make another.
    await submit(error.current, Object.fromEntries(rest) as ModelChanges);
  }

  const backToEditing = () => setConflict(null);
  return { base, form, refusal, conflict, submit, takeTheirs, backToEditing };
}
