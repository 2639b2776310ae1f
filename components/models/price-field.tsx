"use client";

import { type Control, useController } from "react-hook-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { NumberInput } from "@/components/ui/number-input";
import { formatPriceUsd, type PriceUnit } from "@/lib/models/price";
import type { ModelChanges, ModelDraft } from "@/lib/models/schema";
import type { ModelFormValues, priceFields } from "./form-values";
import { entryPrice, entryText, likelyMeant, priceEntry } from "./price-entry";

/** The form of an edited or of a new model. */
export type ModelFormControl =
  | Control<ModelFormValues, unknown, ModelChanges>
  | Control<ModelFormValues, unknown, ModelDraft>;

export type PriceFieldProps = {
  control: ModelFormControl;
  name: (typeof priceFields)[number];
  label: string;
  unit: PriceUnit;
  /** USD per 1M tokens: what the catalog says, else what is stored. */
  known: { price: number; from: "catalog" | "stored" } | null;
};

/** Types a price in the unit of the screen; warns of one that was typed in the other unit. */
export function PriceField({ control, name, label, unit, known }: PriceFieldProps) {
  const { field, fieldState } = useController({ control, name });
  const price = entryPrice(field.value) ?? null;
  const meant = likelyMeant(price, known?.price ?? null);
  return (
    <div>
      <Field
        label={label}
        error={fieldState.error?.message}
        hint={known?.from === "catalog" && `Catalog: ${formatPriceUsd(known.price, unit)}`}
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
      {meant !== null && known && (
        <p role="status" className="mt-1 text-sm text-warn">
          {price !== null && price > known.price ? "About 1,000 times" : "About a thousandth of"}{" "}
          the {known.from} price. Typed in the other unit?{" "}
          <Button size="sm" onClick={() => field.onChange(priceEntry(meant, unit))}>
            Use {formatPriceUsd(meant, unit)}
          </Button>
        </p>
      )}
    </div>
  );
}
