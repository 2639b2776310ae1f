"use client";

import { type ReactNode, useState } from "react";
import type { References } from "@/components/models/prices/price-references";
import type { PriceName } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { unitSuspect } from "@/lib/prices/rules/price-guard";
import { priceFields } from "./form-values";
import { type NamedUnitSuspect, UnitDialog } from "./unit-dialog";

type Prices = Partial<Record<PriceName, number | null>>;
type PendingQuestion = {
  suspects: readonly NamedUnitSuspect[];
  /** Receives the corrected prices. */
  save: (corrected: Prices) => Promise<unknown>;
};

/** Asks for the unit before saving a price that seems to be per 1K or per token. */
export function useUnitConfirmation(
  references: References,
  unit: PriceUnit,
): {
  question: ReactNode;
  confirm: <Values extends Prices>(
    values: Values,
    save: (values: Values) => Promise<unknown>,
    correct: (name: PriceName, price: number) => void,
  ) => Promise<unknown>;
} {
  const [pending, setPending] = useState<PendingQuestion | null>(null);
  return {
    question: pending && <UnitDialog {...pending} onClose={() => setPending(null)} />,
    confirm: async (values, save, correct) => {
      const suspects = priceFields.flatMap((name): NamedUnitSuspect[] => {
        const suspect = unitSuspect(values[name], references[name], unit);
        return suspect ? [{ ...suspect, name }] : [];
      });
      if (suspects.length === 0) return save(values);
      setPending({
        suspects,
        save: (corrected) => {
          for (const { name, meant } of suspects) if (name in corrected) correct(name, meant);
          return save({ ...values, ...corrected });
        },
      });
    },
  };
}
