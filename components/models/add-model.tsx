"use client";

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type UseFormReturn, useForm } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { showServerErrors } from "@/components/ui/server-errors";
import { Sheet } from "@/components/ui/sheet";
import { TextInput } from "@/components/ui/text-input";
import { showToast } from "@/components/ui/toast";
import type { PriceUnit } from "@/lib/models/price";
import type { ModelDraft, ModelRecord } from "@/lib/models/schema";
import { byHand, ModelSource } from "./add-model-source";
import {
  formFields,
  formValues,
  type ModelFormValues,
  NewModel,
  offeredValues,
} from "./form-values";
import { ModelFields } from "./model-fields";
import { providerName } from "./model-words";
import { modelQueries } from "./queries";
import { useCreateModel } from "./use-model-writes";

export type AddModelProps = {
  /** The provider to begin with: that of the open tab. */
  provider: string | null;
  models: readonly ModelRecord[];
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  onTyped: () => void;
  onClose: () => void;
  /** With the `pk` of the new model. */
  onAdded: (pk: string) => void;
};

/** Registers a model: one that the console knows, with what it knows, or any ID by hand. */
export function AddModel({
  provider,
  models,
  unit,
  onUnitChange,
  onTyped,
  onClose,
  onAdded,
}: AddModelProps) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [choice, setChoice] = useState("");
  const create = useCreateModel();
  const form = useForm<ModelFormValues, unknown, ModelDraft>({
    resolver: standardSchemaResolver(NewModel),
    defaultValues: formValues({ provider: provider ?? "" }, unit),
  });
  const providerId = form.watch("provider");
  const known = useQuery({ ...modelQueries.known(providerId), enabled: providerId !== "" });
  const offer = known.data?.models.find((entry) => entry.model_id === choice);

  function choose(next: { provider: string; choice: string }) {
    const chosen = known.data?.models.find((entry) => entry.model_id === next.choice);
    const values = chosen ? offeredValues(chosen, unit) : formValues({}, unit);
    form.reset({ ...values, provider: next.provider });
    setChoice(next.choice);
    onTyped();
  }

  async function submit(draft: ModelDraft) {
    setRefusal(null);
    try {
      const added = await create.mutateAsync(draft);
      showToast({ tone: "good", title: `${added.display_name} was added` });
      onAdded(added.pk);
    } catch (error) {
      setRefusal(showServerErrors(error, formFields, form.setError));
    }
  }

  return (
    <Sheet title="Add model" modal onClose={onClose}>
      <form
        noValidate
        aria-label="Add model"
        onChange={onTyped}
        onSubmit={form.handleSubmit(submit)}
        className="flex flex-col gap-4"
      >
        <ModelSource
          provider={providerId}
          choice={choice}
          known={known}
          error={form.formState.errors.provider?.message}
          onChoose={choose}
        />
        {choice !== "" && (
          <>
            <ModelIdField form={form} readOnly={choice !== byHand} />
            <ModelFields
              form={form}
              unit={unit}
              onUnitChange={onUnitChange}
              catalog={offer?.prices ?? null}
              stored={null}
            />
            <Checkbox
              {...form.register("is_default")}
              label={`Make it the default of ${providerName(providerId)}`}
              description={defaultWords(models, providerId)}
            />
          </>
        )}
        <div className="sticky -bottom-4 -mx-5 -mb-4 flex flex-col gap-2 border-t border-line bg-panel px-5 py-3 max-md:-mx-4 max-md:px-4">
          {refusal && (
            <Note tone="bad" title="Not added." live>
              {refusal}
            </Note>
          )}
          <div className="flex flex-wrap justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button
              variant="primary"
              type="submit"
              busy={form.formState.isSubmitting}
              disabled={choice === ""}
            >
              Add model
            </Button>
          </div>
        </div>
      </form>
    </Sheet>
  );
}

type ModelIdFieldProps = {
  form: UseFormReturn<ModelFormValues, unknown, ModelDraft>;
  /** A known model has the ID that it has. */
  readOnly: boolean;
};

function ModelIdField({ form, readOnly }: ModelIdFieldProps) {
  return (
    <Field
      label="Model ID"
      hint={
        readOnly
          ? undefined
          : "Exactly as the provider writes it: agents look it up by this ID, and it cannot be changed later."
      }
      error={form.formState.errors.model_id?.message}
      required
    >
      {(control) => (
        <TextInput
          {...control}
          {...form.register("model_id")}
          mono
          readOnly={readOnly}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      )}
    </Field>
  );
}

function defaultWords(models: readonly ModelRecord[], providerId: string): string {
  const losers = models.filter((model) => model.provider_id === providerId && model.is_default);
  if (losers.length === 0) return "It has none now.";
  const names = losers.map((model) => model.display_name).join(", ");
  return `${names} ${losers.length === 1 ? "loses" : "lose"} it.`;
}
