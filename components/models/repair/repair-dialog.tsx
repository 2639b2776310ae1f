"use client";

import { useId } from "react";
import {
  formFields,
  formValues,
  type ModelFormValues,
  repairedModel,
} from "@/components/models/edit/form-values";
import { priceEntry } from "@/components/models/edit/price-entry";
import { useUnitConfirmation } from "@/components/models/edit/unit-question";
import { useRepairRow } from "@/components/models/edit/use-model-writes";
import { usePriceReferences } from "@/components/models/prices/price-references";
import { Button } from "@/components/ui/form/button";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { Note } from "@/components/ui/text/note";
import type { ModelChanges } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { providerIdOf } from "@/lib/providers/schema";
import { RepairField } from "./repair-field";
import type { RepairPlan } from "./repair-plan";

export type RepairDialogProps = { plan: RepairPlan; unit: PriceUnit; onClose: () => void };

/** Asks only for the invalid attributes. */
export function RepairDialog({ plan, unit, onClose }: RepairDialogProps) {
  const formId = useId();
  const repair = useRepairRow();
  const form = useApiForm<ModelFormValues, ModelChanges>({
    schema: repairedModel(plan.names),
    defaultValues: formValues({}, unit),
    fields: formFields,
  });

  const providerId = providerIdOf(plan.provider) ?? plan.provider;
  const references = usePriceReferences({ providerId, catalog: null, stored: null });
  const { confirm, question } = useUnitConfirmation(references, unit);

  const submit = (changes: ModelChanges) =>
    form.attempt(async () => {
      const { provider, model_id } = plan;
      const { display_name } = await repair.mutateAsync({ provider, model_id, changes });
      showToast({ tone: "good", title: `${display_name} can be read again` });
      onClose();
    });

  return (
    <Dialog
      title="Repair row"
      description={
        <span className="font-mono text-sm wrap-anywhere">{`${plan.provider}#${plan.model_id}`}</span>
      }
      locked={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isPending}>
            Repair row
          </Button>
        </>
      }
    >
      <form
        method="post"
        id={formId}
        noValidate
        aria-label="Repair row"
        onSubmit={form.handleSubmit((changes) =>
          confirm(changes, submit, (name, price) => form.setValue(name, priceEntry(price, unit))),
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
        {form.refusal && (
          <Note tone="bad" title="Not repaired." live>
            {form.refusal.text}
          </Note>
        )}
      </form>
      {question}
    </Dialog>
  );
}
