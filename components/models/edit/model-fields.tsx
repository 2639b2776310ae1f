"use client";

import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import type { References } from "@/components/models/prices/price-references";
import { UnitSwitch } from "@/components/models/table/unit-switch";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Segmented } from "@/components/ui/form/segmented";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { fieldLabels } from "@/lib/format";
import type { ModelChanges, ModelDraft } from "@/lib/models/schema";
import { describeListing, type ListedAs } from "@/lib/prices/rules/origin-labels";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { type ModelFormValues, priceFields } from "./form-values";
import { type ModelFormControl, PriceField } from "./price-field";

export type ModelForm<Output extends ModelChanges | ModelDraft> = UseFormReturn<
  ModelFormValues,
  unknown,
  Output
>;

export type ModelFieldsProps<Output extends ModelChanges | ModelDraft> = {
  form: ModelForm<Output>;
  unit: PriceUnit;
  onUnitChange: (unit: PriceUnit) => void;
  /** Reference prices by name. */
  references: References;
  /** How the catalogs list the model; null if they don't, undefined if unknown. */
  listed: ListedAs | null | undefined;
  /** Chooses when the prices take effect; undefined if they take effect now. */
  pricesFrom?: ReactNode;
};

/** The fields that adding and editing share: name, prices, limits, capabilities, lifecycle. */
export function ModelFields<Output extends ModelChanges | ModelDraft>(
  props: ModelFieldsProps<Output>,
) {
  const { form } = props;
  const { register, formState } = form;
  const { errors } = formState;
  return (
    <div className="flex flex-col gap-4">
      <Field label={fieldLabels.model.display_name} error={errors.display_name?.message}>
        {(control) => <TextInput {...control} {...register("display_name")} autoComplete="off" />}
      </Field>
      <Field
        label={fieldLabels.model.purpose}
        hint="One line: what it is good for. Shown where models are chosen."
        error={errors.purpose?.message}
      >
        {(control) => <TextInput {...control} {...register("purpose")} autoComplete="off" />}
      </Field>
      <Prices {...props} />
      {props.pricesFrom}
      <Group label="Limits, in tokens">
        {(["max_tokens", "max_output_tokens"] as const).map((name) => (
          <Field key={name} label={fieldLabels.model[name]} error={errors[name]?.message}>
            {(control) => <NumberInput {...control} {...register(name)} placeholder="not known" />}
          </Field>
        ))}
      </Group>
      <Group label="Capabilities">
        <CapabilityField form={form} name="supports_tools" />
        <CapabilityField form={form} name="supports_vision" />
      </Group>
      <Group
        label="Provider's lifecycle"
        hint="What the provider says about the model. It changes nothing here: to stop offering it, deactivate it."
      >
        <Field label="State" error={errors.lifecycle?.message}>
          {(control) => (
            <Select {...control} {...register("lifecycle")} options={lifecycleOptions} />
          )}
        </Field>
        <Field label="Retires on" error={errors.retires_on?.message}>
          {(control) => <TextInput {...control} {...register("retires_on")} type="date" />}
        </Field>
      </Group>
    </div>
  );
}

export const lifecycleOptions = [
  { value: "", label: "Not known" },
  { value: "active", label: "Current" },
  { value: "legacy", label: "Legacy" },
  { value: "retired", label: "Retired by provider" },
];

function Prices<Output extends ModelChanges | ModelDraft>(props: ModelFieldsProps<Output>) {
  const { form, unit, onUnitChange, references, listed } = props;
  // A field doesn't depend on the form's output type.
  const control = form.control as unknown as ModelFormControl;
  return (
    <Group
      label={`Prices, in USD per ${unit} tokens`}
      hint={`An empty field means not priced.${listed ? ` Catalog: ${describeListing(listed)}.` : ""}`}
      action={
        // The unit belongs to the screen, not to the form.
        <div onChange={(event) => event.stopPropagation()}>
          <UnitSwitch unit={unit} onChange={onUnitChange} />
        </div>
      }
    >
      {priceFields.map((name) => (
        <PriceField
          key={name}
          control={control}
          name={name}
          label={fieldLabels.model[name].replace(" price", "")}
          unit={unit}
          references={references[name]}
        />
      ))}
    </Group>
  );
}

type GroupProps = { label: string; hint?: string; action?: ReactNode; children: ReactNode };

/** Two fields in a row under one heading. */
function Group({ label, hint, action, children }: GroupProps) {
  return (
    <fieldset className="min-w-0">
      {/* A visible legend can't share a line with the action. */}
      <legend className="sr-only">{label}</legend>
      <div className="mb-1.5 flex flex-wrap items-center justify-between gap-x-3 gap-y-1.5">
        <p aria-hidden="true" className="font-medium">
          {label}
        </p>
        {action}
      </div>
      <div className="grid grid-cols-2 items-start gap-x-3 gap-y-2.5">{children}</div>
      {hint && <p className="mt-1.5 text-sm text-ink-3">{hint}</p>}
    </fieldset>
  );
}

const answers = [
  { value: "yes", label: "Yes" },
  { value: "no", label: "No" },
  { value: "unknown", label: "Not known" },
] as const;

/** Yes, no, or not known. */
export function CapabilityField<Output extends ModelChanges | ModelDraft>({
  form,
  name,
}: {
  form: ModelForm<Output>;
  name: "supports_tools" | "supports_vision";
}) {
  return (
    <div>
      <p aria-hidden="true" className="mb-1 text-sm text-ink-2">
        {fieldLabels.model[name]}
      </p>
      <Controller
        control={form.control}
        name={name}
        render={({ field }) => (
          <Segmented
            label={fieldLabels.model[name]}
            value={field.value}
            options={answers}
            onChange={field.onChange}
          />
        )}
      />
    </div>
  );
}
