import { fieldLabels } from "@/lib/format";
import type { ImportResult, ModelChanges } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { valueInWords } from "./field-words";
import type { ChangeName } from "./form-values";

export const importGroups = ["created", "updated", "unchanged", "rejected"] as const;
export type ImportGroup = (typeof importGroups)[number];

/** One row of the file and what the import makes of it. */
export type ImportRow = {
  group: ImportGroup;
  row: number;
  /** Null for a row that could not be read. */
  pk: string | null;
  changes: { label: string; from: string; to: string }[];
  errors: string[];
};

/** What stands in the way first, then what would change. Prices in USD per 1M tokens, as the file has them. */
export function importRows(result: ImportResult): ImportRow[] {
  const empty = { changes: [], errors: [] };
  return [
    ...result.rejected.map(({ row, errors }) => ({
      ...empty,
      group: "rejected" as const,
      row,
      pk: null,
      errors: errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)),
    })),
    ...result.updated.map(({ row, pk, changes }) => ({
      ...empty,
      group: "updated" as const,
      row,
      pk,
      changes: Object.entries(changes).map(([name, { from, to }]) => ({
        label: fieldLabels.model[name as ChangeName] ?? name, // An import changes a model's fields only.
        from: inWords(name, from),
        to: inWords(name, to),
      })),
    })),
    ...result.created.map(({ row, pk }) => ({ group: "created" as const, row, pk, ...empty })),
    ...result.unchanged.map(({ row, pk }) => ({ group: "unchanged" as const, row, pk, ...empty })),
  ];
}

function inWords(name: string, value: unknown): string {
  const unit: PriceUnit = "1M";
  // A value of the attribute of that name, as the API reads it.
  return valueInWords(name as ChangeName, { [name]: value } as ModelChanges, unit);
}
