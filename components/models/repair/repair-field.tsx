"use client";

import type { ChangeName } from "@/components/models/edit/form-values";
import {
  CapabilityField,
  lifecycleOptions,
  type ModelForm,
} from "@/components/models/edit/model-fields";
import { PriceField } from "@/components/models/edit/price-field";
import type { References } from "@/components/models/prices/price-references";
import { Checkbox } from "@/components/ui/form/checkbox";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { fieldLabels } from "@/lib/format";
import type { ModelChanges } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";

export type RepairFieldProps = {
  form: ModelForm<ModelChanges>;
  name: ChangeName;
  unit: PriceUnit;
  references: References;
};

/** The control of one attribute. */
export function RepairField({ form, name, unit, references }: RepairFieldProps) {
  const { register, control, formState } = form;
  const label = fieldLabels.model[name];
  const error = formState.errors[name]?.message;
  switch (name) {
    case "input_price":
    case "output_price":
    case "cache_read_price":
    case "cache_write_price":
      return (
        <PriceField
          control={control}
          name={name}
          unit={unit}
          references={references[name]}
          label={`${label}, USD per ${unit} tokens`}
        />
      );
    case "supports_tools":
    case "supports_vision":
      return <CapabilityField form={form} name={name} />;
    case "is_active":
    case "is_default":
      return <Checkbox {...register(name)} label={label} />;
    case "lifecycle":
      return (
        <Field label={label} error={error}>
          {(props) => <Select {...props} {...register(name)} options={lifecycleOptions} />}
        </Field>
      );
    case "max_tokens":
    case "max_output_tokens":
      return (
        <Field label={`${label}, in tokens`} error={error}>
          {(props) => <NumberInput {...props} {...register(name)} placeholder="not known" />}
        </Field>
      );
    default:
      return (
        <Field label={label} error={error}>
          {(props) => (
            <TextInput
              {...props}
              {...register(name)}
              type={name === "retires_on" ? "date" : "text"}
              autoComplete="off"
            />
          )}
        </Field>
      );
  }
}
