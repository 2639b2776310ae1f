"use client";

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { ConflictDialog } from "@/components/ui/conflict-dialog";
import { Note } from "@/components/ui/note";
import { showServerErrors } from "@/components/ui/server-errors";
import { showToast } from "@/components/ui/toast";
import type { PriceUnit } from "@/lib/models/price";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import { fieldLabels, valueInWords } from "./field-words";
import {
  changesSince,
  EditedModel,
  formFields,
  formValues,
  type ModelFormValues,
} from "./form-values";
import { ModelFields } from "./model-fields";
import { priceEntry } from "./price-entry";
import { usePriceReferences } from "./price-references";
import { modelQueries } from "./queries";
import { type ChangeName, EditConflict } from "./save-model";
import { useUnitQuestion } from "./unit-question";
import { useSaveModel } from "./use-model-writes";

export type EditFormProps = {
  model: ModelRecord;
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  /** Told once something was typed, so that leaving can ask first. */
  onTyped: () => void;
  onDone: () => void;
};

type Conflict = { error: EditConflict; changes: ModelChanges };

/** Edits a model on the record with which it was opened, whatever arrives meanwhile. */
export function EditForm({ model, unit, onUnitChange, onTyped, onDone }: EditFormProps) {
  const [base, setBase] = useState(model);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const known = useQuery(modelQueries.known(base.provider_id));
  const offer = known.data?.models.find((entry) => entry.model_id === base.model_id);
  const references = usePriceReferences({
    providerId: base.provider_id,
    catalog: offer?.prices,
    stored: base,
  });
  const { ask, question } = useUnitQuestion(references);
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
    const rest = Object.entries(changes).filter(([name]) => !isOneOf(error.names, name));
    // The entries of one object of this type make another.
    await submit(error.current, Object.fromEntries(rest) as ModelChanges);
  }

  return (
    <form
      noValidate
      aria-label={`Edit ${base.display_name}`}
      onChange={onTyped}
      onSubmit={form.handleSubmit((edited) =>
        ask(
          changesSince(base, edited),
          (changes) => submit(base, changes),
          (name, price) => form.setValue(name, priceEntry(price, unit)),
        ),
      )}
    >
      <ModelFields form={form} unit={unit} onUnitChange={onUnitChange} references={references} />
      <div className="sticky -bottom-4 -mx-5 mt-5 -mb-4 flex flex-col gap-2 border-t border-line bg-panel px-5 py-3 max-md:-mx-4 max-md:px-4">
        {refusal && (
          <Note tone="bad" title="Not saved." live>
            {refusal}
          </Note>
        )}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onDone}>Cancel</Button>
          <Button variant="primary" type="submit" busy={form.formState.isSubmitting}>
            Save changes
          </Button>
        </div>
      </div>
      {question}
      {conflict && (
        <ConflictDialog
          subject={base.display_name}
          fields={conflictFields(conflict, unit)}
          onKeepMine={() => submit(conflict.error.current, conflict.changes)}
          onTakeTheirs={() => takeTheirs(conflict)}
          onClose={() => setConflict(null)}
        />
      )}
    </form>
  );
}

function conflictFields({ error, changes }: Conflict, unit: PriceUnit) {
  return error.names.map((name) => ({
    name,
    label: fieldLabels[name],
    base: valueInWords(name, error.base, unit),
    theirs: valueInWords(name, error.current, unit),
    mine: valueInWords(name, changes, unit),
  }));
}

const isOneOf = (names: readonly ChangeName[], name: string) =>
  names.some((other) => other === name);
