"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import type { UseFormReturn } from "react-hook-form";
import {
  defaultValues,
  formFields,
  formValues,
  type ModelFormValues,
  NewModel,
} from "@/components/models/edit/form-values";
import { ModelFields } from "@/components/models/edit/model-fields";
import { priceEntry } from "@/components/models/edit/price-entry";
import { useUnitConfirmation } from "@/components/models/edit/unit-question";
import { useCreateModel } from "@/components/models/edit/use-model-writes";
import { usePriceReferences } from "@/components/models/prices/price-references";
import { SheetFooter } from "@/components/models/sheet/sheet-footer";
import { Button } from "@/components/ui/form/button";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Field } from "@/components/ui/form/field";
import { TextInput } from "@/components/ui/form/text-input";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { showToast } from "@/components/ui/overlay/toast";
import type { AvailableModel, AvailableModels } from "@/lib/discovery/schema";
import { formatProviderName } from "@/lib/format";
import type { ModelDraft, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { catalogPrices } from "./add-model-offers";
import { BedrockIdNote } from "./bedrock-id-note";

export type AddModelFormProps = {
  provider: string;
  /** The listed model to add; null to type an ID. */
  offer: AvailableModel | null;
  available: UseQueryResult<AvailableModels>;
  models: readonly ModelRecord[];
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  onTyped: () => void;
  onBack: () => void;
  /** Called with the new model's `pk`. */
  onAdded: (pk: string) => void;
};

type DraftForm = UseFormReturn<ModelFormValues, unknown, ModelDraft>;

/** Adds one model, prefilled if it is listed. */
export function AddModelForm(props: AddModelFormProps) {
  const { provider, offer, available, models, unit, onUnitChange, onTyped, onBack } = props;
  const [source, setSource] = useState(offer);
  const form = useApiForm<ModelFormValues, ModelDraft>({
    schema: NewModel,
    defaultValues: { ...valuesOf(offer, unit), provider },
    fields: formFields,
  });
  const create = useCreateModel();
  const submit = (draft: ModelDraft) =>
    form.attempt(async () => {
      const added = await create.mutateAsync(draft);
      showToast({ tone: "good", title: `${added.display_name} was added` });
      props.onAdded(added.pk);
    });
  const catalog = catalogPrices(source);
  const references = usePriceReferences({ providerId: provider, catalog, stored: null });
  const { confirm, question } = useUnitConfirmation(references, unit);

  /** Fills untouched fields with the listed values of the corrected ID. */
  function correct(modelId: string) {
    const listed = available.data?.models.find(({ model_id }) => model_id === modelId) ?? null;
    setSource(listed);
    form.reset({ ...valuesOf(listed, unit), provider }, { keepDirtyValues: true });
    form.setValue("model_id", modelId, { shouldDirty: true, shouldValidate: true });
    onTyped();
  }

  return (
    <form
      method="post"
      noValidate
      aria-label="Add model"
      onChange={onTyped}
      onSubmit={form.handleSubmit((draft) =>
        confirm(draft, submit, (name, price) => form.setValue(name, priceEntry(price, unit))),
      )}
      className="flex flex-col gap-4"
    >
      <ModelIdField form={form} readOnly={offer !== null} />
      {provider === "bedrock" && offer === null && (
        <BedrockIdNote typed={form.watch("model_id")} available={available} onCorrect={correct} />
      )}
      <ModelFields
        form={form}
        unit={unit}
        onUnitChange={onUnitChange}
        references={references}
        listed={catalog}
      />
      <Checkbox
        {...form.register("is_default")}
        label={`Make it the default of ${formatProviderName(provider)}`}
        description={describeDefault(models, provider)}
      />
      <SheetFooter refusal={form.refusal?.text}>
        <Button onClick={onBack}>Back to the list</Button>
        <Button variant="primary" type="submit" busy={form.isPending}>
          Add model
        </Button>
      </SheetFooter>
      {question}
    </form>
  );
}

function valuesOf(offer: AvailableModel | null, unit: PriceUnit): ModelFormValues {
  return offer ? defaultValues(offer, unit) : formValues({}, unit);
}

type ModelIdFieldProps = {
  form: DraftForm;
  /** The ID of a listed model is fixed. */
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

function describeDefault(models: readonly ModelRecord[], providerId: string): string {
  const formerDefaults = models.filter(
    (model) => model.provider_id === providerId && model.is_default,
  );
  if (formerDefaults.length === 0) return "It has none now.";
  const names = formerDefaults.map((model) => model.display_name).join(", ");
  return `${names} ${formerDefaults.length === 1 ? "loses" : "lose"} it.`;
}
