"use client";

import { useMemo, useState } from "react";
import type { ChangeName } from "@/components/models/edit/form-values";
import { formatValue } from "@/components/models/edit/format-value";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { Chip } from "@/components/ui/text/chip";
import { Status, type StatusTone } from "@/components/ui/text/status";
import { fieldLabels, formatCount } from "@/lib/format";
import type { ImportResult } from "@/lib/models/rules/transfer-schema";
import type { ModelChanges } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";

const groupLabels: Record<ImportGroup, { word: string; tone: StatusTone }> = {
  created: { word: "Added", tone: "good" },
  updated: { word: "Changed", tone: "warn" },
  unchanged: { word: "Unchanged", tone: "off" },
  rejected: { word: "Rejected", tone: "bad" },
};

/** The import's effect on each row. */
export function ImportPreview({ result }: { result: ImportResult }) {
  const [groupFilter, setGroupFilter] = useState<ImportGroup | null>(null);
  const all = useMemo(() => importRows(result), [result]);
  const rows = useMemo(
    () => all.filter((row) => !groupFilter || row.group === groupFilter),
    [all, groupFilter],
  );
  return (
    <>
      <fieldset className="mb-2 flex flex-wrap gap-1.5">
        <legend className="sr-only">Show only</legend>
        {importGroups.map((group) => (
          <Chip
            key={group}
            pressed={groupFilter === group}
            disabled={result[group].length === 0}
            onToggle={(on) => setGroupFilter(on ? group : null)}
          >
            {formatCount(result[group].length)} {groupLabels[group].word.toLowerCase()}
          </Chip>
        ))}
      </fieldset>
      <p className="mb-2 text-sm text-ink-3">
        Prices of the file hold from now on, as an admin's; one that equals the catalog's may say so
        in its source.
      </p>
      <VirtualList
        key={groupFilter ?? "all"}
        label="Rows of the file"
        items={rows}
        keyOf={({ row }) => row}
        lineHeight={33}
        className="max-h-80 max-sm:max-h-[60dvh]"
      >
        {(row) => <RowLine row={row} />}
      </VirtualList>
    </>
  );
}

function RowLine({ row: { group, row, line, pk, changes, errors } }: { row: ImportRow }) {
  const { word, tone } = groupLabels[group];
  return (
    <div className="flex items-baseline gap-3 py-0.5">
      <span className="w-14 shrink-0 text-sm text-ink-3">
        {line ? `Line ${line}` : `Row ${row}`}
      </span>
      <div className="min-w-0 flex-1 wrap-anywhere">
        {pk && <span className="font-mono text-sm">{pk}</span>}
        {changes.map(({ label, from, to }) => (
          <p key={label} className="text-sm">
            <span className="text-ink-3">{label}:</span> <span className="text-ink-2">{from}</span>{" "}
            <span aria-hidden="true" className="text-ink-3">
              →
            </span>
            <span className="sr-only">becomes</span> {to}
          </p>
        ))}
        {errors.map((error) => (
          <p key={error} className="text-bad">
            {error}
          </p>
        ))}
      </div>
      <Status tone={tone} className="text-sm">
        {word}
      </Status>
    </div>
  );
}

const importGroups = ["created", "updated", "unchanged", "rejected"] as const;
type ImportGroup = (typeof importGroups)[number];

/** One row of the file with its result. */
type ImportRow = {
  group: ImportGroup;
  row: number;
  /** The line of a rejected row in a CSV file. */
  line?: number | null;
  /** Null for an unreadable row. */
  pk: string | null;
  changes: { label: string; from: string; to: string }[];
  errors: string[];
};

/** Rejected rows first, then changes. Prices in USD per 1M tokens, as in the file. */
function importRows(result: ImportResult): ImportRow[] {
  const empty = { changes: [], errors: [] };
  return [
    ...result.rejected.map(({ row, line, pk, errors }) => ({
      ...empty,
      group: "rejected" as const,
      row,
      line,
      pk,
      errors: errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)),
    })),
    ...result.updated.map(({ row, pk, changes }) => ({
      ...empty,
      group: "updated" as const,
      row,
      pk,
      changes: Object.entries(changes).map(([name, { from, to }]) => ({
        label: fieldLabels.model[name as ChangeName] ?? name, // An import changes a model's fields only.
        from: formatImported(name, from),
        to: formatImported(name, to),
      })),
    })),
    ...result.created.map(({ row, pk }) => ({ group: "created" as const, row, pk, ...empty })),
    ...result.unchanged.map(({ row, pk }) => ({ group: "unchanged" as const, row, pk, ...empty })),
  ];
}

function formatImported(name: string, value: unknown): string {
  const unit: PriceUnit = "1M";
  // A value of the attribute with this name.
  return formatValue(name as ChangeName, { [name]: value } as ModelChanges, unit);
}
