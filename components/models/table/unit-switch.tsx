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

/** Switches the unit of prices on the page; stored prices are always per 1M. */
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
