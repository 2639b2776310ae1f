"use client";

import { Segmented } from "@/components/ui/form/segmented";
import type { PriceUnit } from "@/lib/prices/rules/price";

const units = [
  { value: "1M", label: "per 1M" },
  { value: "1K", label: "per 1K" },
] as const;

export type UnitSwitchProps = {
  unit: PriceUnit;
  onChange: (unit: PriceUnit) => void;
  className?: string;
};

/** How many tokens prices are shown and typed for, on the whole page at once; never what is stored. */
export function UnitSwitch({ unit, onChange, className }: UnitSwitchProps) {
  return (
    <Segmented
      label="Price unit, USD per tokens"
      value={unit}
      options={units}
      onChange={onChange}
      className={className}
    />
  );
}
