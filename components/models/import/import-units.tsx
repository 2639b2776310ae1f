"use client";

import { describeReference, priceLabel } from "@/components/models/prices/price-labels";
import { Segmented } from "@/components/ui/form/segmented";
import { Note } from "@/components/ui/text/note";
import { formatPriceUsd, pluralize } from "@/lib/format";
import type { ImportOptions, ImportSuspect } from "@/lib/models/rules/transfer-schema";

export type ImportUnit = NonNullable<ImportOptions["price_unit"]>;

export type ImportUnitsProps = {
  /** Prices that look wrong as prices per 1M tokens. */
  suspects: readonly ImportSuspect[];
  /** Null until chosen; blocks the import. */
  unit: ImportUnit | null;
  onUnit: (unit: ImportUnit) => void;
};

const maxShown = 5;

/** Asks for the unit of a file with suspicious prices, before the import. */
export function ImportUnits({ suspects, unit, onUnit }: ImportUnitsProps) {
  const more = suspects.length - maxShown;
  const units = new Set(suspects.map(({ unit }) => unit));
  const title = units.has("token")
    ? "Are the prices of this file per 1M tokens, per 1K or per token?"
    : "Are the prices of this file per 1M or per 1K tokens?";
  return (
    <section aria-label="Unit of the prices" className="mt-3 flex flex-col gap-2">
      <Note tone={unit === null ? "warn" : "info"} title={title} live>
        {pluralize(suspects.length, "price")} {suspects.length === 1 ? "looks" : "look"} like
        {units.size > 1 || units.has("token") ? " another unit." : " the other unit."}
      </Note>
      <ul className="text-sm text-ink-2">
        {suspects.slice(0, maxShown).map(({ row, pk, name, price, known }) => (
          <li key={`${row} ${name}`} className="wrap-anywhere">
            Row {row}, <span className="font-mono">{pk}</span>: {priceLabel(name).toLowerCase()}{" "}
            {formatPriceUsd(price, "1M")}, {describeReference(price, known)}
          </li>
        ))}
        {more > 0 && <li>and {pluralize(more, "more price")}</li>}
      </ul>
      <Segmented
        label="Unit of the prices"
        value={unit ?? "open"}
        options={[
          { value: "1M", label: "All per 1M" },
          ...(units.has("1K") ? [{ value: "1K" as const, label: "All per 1K" }] : []),
          ...(units.has("token") ? [{ value: "token" as const, label: "All per token" }] : []),
          { value: "mixed", label: suspects.length === 1 ? "Only this one" : "Only these" },
        ]}
        onChange={(next) => {
          if (next !== "open") onUnit(next);
        }}
        className="self-start"
      />
      <p className="text-sm text-ink-3">{unit === null ? "Choose, to go on." : answers[unit]}</p>
    </section>
  );
}

const answers: Record<ImportUnit, string> = {
  "1M": "Every price is taken as it stands.",
  "1K": "Every price of the file is multiplied by 1,000. The preview shows the result.",
  token: "Every price of the file is multiplied by 1,000,000. The preview shows the result.",
  mixed: "Only the odd ones are moved to the other unit. The preview shows the result.",
};
