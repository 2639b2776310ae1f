"use client";

import { type Control, useController } from "react-hook-form";
import { capitalised, describeReference } from "@/components/models/prices/price-labels";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { formatPriceUsd } from "@/lib/format";
import type { ModelChanges, ModelDraft } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { type PriceReferences, unitSuspect } from "@/lib/prices/rules/price-guard";
import type { ModelFormValues, priceFields } from "./form-values";
import { entryPrice, entryText, priceEntry } from "./price-entry";

/** The form of an edited or of a new model. */
export type ModelFormControl =
  | Control<ModelFormValues, unknown, ModelChanges>
  | Control<ModelFormValues, unknown, ModelDraft>;

export type PriceFieldProps = {
  control: ModelFormControl;
  name: (typeof priceFields)[number];
  label: string;
  unit: PriceUnit;
  references: PriceReferences;
};

/** A price field in the screen's unit; warns if the price seems to be in the other unit. */
export function PriceField({ control, name, label, unit, references }: PriceFieldProps) {
  const { field, fieldState } = useController({ control, name });
  const suspect = unitSuspect(entryPrice(field.value), references, field.value.unit);
  const { catalog } = references;
  return (
    <div>
      <Field
        label={label}
        error={fieldState.error?.message}
        hint={catalog !== null && `Catalog: ${formatPriceUsd(catalog, unit)}`}
      >
        {(control) => (
          <NumberInput
            {...control}
            name={name}
            ref={field.ref}
            placeholder="not priced"
            value={entryText(field.value, unit)}
            onBlur={field.onBlur}
            onChange={(event) => field.onChange({ text: event.target.value, unit })}
            after={`/ ${unit}`}
          />
        )}
      </Field>
      {suspect && (
        <p role="status" className="mt-1 text-sm text-warn">
          {capitalised(describeReference(suspect.price, suspect.known))}.{" "}
          {suspect.unit === "token" ? "Is it per token?" : "Typed in the other unit?"}{" "}
          <Button size="sm" onClick={() => field.onChange(priceEntry(suspect.meant, unit))}>
            Use {formatPriceUsd(suspect.meant, unit)}
          </Button>
        </p>
      )}
    </div>
  );
}
