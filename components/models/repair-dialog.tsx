"use client";

import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { useId, useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/ui/form/button";
import { showServerErrors } from "@/components/ui/form/server-errors";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { Note } from "@/components/ui/text/note";
import type { ModelChanges } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { providerIdOf } from "@/lib/providers/schema";
import type { RepairPlan } from "./defect-words";
import { formFields, formValues, type ModelFormValues, repairedModel } from "./form-values";
import { priceEntry } from "./price-entry";
import { usePriceReferences } from "./price-references";
import { RepairField } from "./repair-field";
import { useUnitQuestion } from "./unit-question";
import { useRepairRow } from "./use-model-writes";

export type RepairDialogProps = { plan: RepairPlan; unit: PriceUnit; onClose: () => void };

/** Asks for the attributes that are wrong, and only for those. */
export function RepairDialog({ plan, unit, onClose }: RepairDialogProps) {
  const formId = useId();
  const [refusal, setRefusal] = useState<string | null>(null);
  const repair = useRepairRow();
  const form = useForm<ModelFormValues, unknown, ModelChanges>({
    resolver: standardSchemaResolver(repairedModel(plan.names)),
    defaultValues: formValues({}, unit),
  });

  const providerId = providerIdOf(plan.provider) ?? plan.provider;
  const references = usePriceReferences({ providerId, catalog: null, stored: null });
  const { ask, question } = useUnitQuestion(references);

  async function submit(changes: ModelChanges) {
    setRefusal(null);
    try {
      const { provider, model_id } = plan;
      const { display_name } = await repair.mutateAsync({ provider, model_id, changes });
      showToast({ tone: "good", title: `${display_name} can be read again` });
      onClose();
    } catch (error) {
      setRefusal(showServerErrors(error, formFields, form.setError));
    }
  }

  return (
    <Dialog
      title="Repair row"
      description={
        <span className="font-mono text-sm wrap-anywhere">{`${plan.provider}#${plan.model_id}`}</span>
      }
      locked={form.formState.isSubmitting}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.formState.isSubmitting}>
            Repair row
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        aria-label="Repair row"
        onSubmit={form.handleSubmit((changes) =>
          ask(changes, submit, (name, price) => form.setValue(name, priceEntry(price, unit))),
        )}
        className="flex flex-col gap-3"
      >
        <p className="text-ink-2">
          {plan.names.length > 0
            ? "Give these values anew. All others stay as they are."
            : "Provider and model ID are written again from the row's key. All else stays as it is."}
        </p>
        {plan.names.map((name) => (
          <RepairField key={name} form={form} name={name} unit={unit} references={references} />
        ))}
        {refusal && (
          <Note tone="bad" title="Not repaired." live>
            {refusal}
          </Note>
        )}
      </form>
      {question}
    </Dialog>
  );
}
