"use client";

import { useMemo, useState } from "react";
import type { ChangeName } from "@/components/models/edit/form-values";
import { formatValue } from "@/components/models/edit/format-value";
import { PriceOriginText } from "@/components/prices/price-origin-text";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { Chip } from "@/components/ui/text/chip";
import { Status, type StatusTone } from "@/components/ui/text/status";
import { fieldLabels, formatCount, formatPriceUsd } from "@/lib/format";
import type { ImportedPrice, ImportResult } from "@/lib/models/rules/transfer-schema";
import type { ModelChanges, PriceName } from "@/lib/models/schema";
import { describeListing } from "@/lib/prices/rules/origin-labels";
import type { PriceUnit } from "@/lib/prices/rules/price";

const groupLabels: Record<ImportGroup, { label: string; tone: StatusTone }> = {
  created: { label: "Added", tone: "good" },
  updated: { label: "Changed", tone: "warn" },
  unchanged: { label: "Unchanged", tone: "off" },
  rejected: { label: "Rejected", tone: "bad" },
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
            {formatCount(result[group].length)} {groupLabels[group].label.toLowerCase()}
          </Chip>
        ))}
      </fieldset>
      <p className="mb-2 text-sm text-ink-3">
        Prices of the file hold from now on. In USD per 1M tokens.
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

function RowLine({ row: { group, row, line, pk, changes, prices, errors } }: { row: ImportRow }) {
  const { label, tone } = groupLabels[group];
  return (
    <div className="flex items-baseline gap-3 py-0.5">
      <span className="w-14 shrink-0 text-sm text-ink-3">
        {line ? `Line ${line}` : `Row ${row}`}
      </span>
      <div className="min-w-0 flex-1 wrap-anywhere">
        {pk && <span className="font-mono text-sm">{pk}</span>}
        {prices.map((price) => (
          <div key={price.name} className="text-sm">
            <Change
              label={fieldLabels.model[price.name]}
              from={group === "created" ? null : formatPriceUsd(price.from, "1M")}
              to={formatPriceUsd(price.to, "1M")}
            />
            <p className="text-ink-3">{describeImported(price)}</p>
            {pk && price.from !== null && <FormerOrigin pk={pk} name={price.name} />}
          </div>
        ))}
        {changes.map(({ label, from, to }) => (
          <div key={label} className="text-sm">
            <Change label={label} from={from} to={to} />
          </div>
        ))}
        {errors.map((error) => (
          <p key={error} className="text-bad">
            {error}
          </p>
        ))}
      </div>
      <Status tone={tone} className="text-sm">
        {label}
      </Status>
    </div>
  );
}

function Change({ label, from, to }: { label: string; from: string | null; to: string }) {
  return (
    <p>
      <span className="text-ink-3">{label}:</span>{" "}
      {from !== null && (
        <>
          <span className="text-ink-2">{from}</span>{" "}
          <span aria-hidden="true" className="text-ink-3">
            →
          </span>
          <span className="sr-only">becomes</span>{" "}
        </>
      )}
      {to}
    </p>
  );
}

/** A phrase such as "an admin's · the npm catalog of 23 Sep 2026 lists this ID (at $2.00)". */
function describeImported({ to, source, catalog }: ImportedPrice): string {
  const own = { catalog: "the catalog's", admin: "from the file, an admin's" } as const;
  const listed = catalog
    ? `${describeListing(catalog)} (${catalog.price === to ? "the same price" : `at ${formatPriceUsd(catalog.price, "1M")}`})`
    : "no catalog has this price";
  return source ? `${own[source]} · ${listed}` : listed;
}

/** The source of the price that the file replaces, fetched on demand. */
function FormerOrigin({ pk, name }: { pk: string; name: PriceName }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="w-fit rounded-sm text-ink-3 hover:text-ink">The present price</summary>
      {isOpen && (
        <p className="text-ink-2">
          <PriceOriginText pk={pk} name={name} />
        </p>
      )}
    </details>
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
  prices: readonly ImportedPrice[];
  errors: string[];
};

/** Rejected rows first, then changes. Prices in USD per 1M tokens, as in the file. */
function importRows(result: ImportResult): ImportRow[] {
  const empty = { changes: [], prices: [], errors: [] };
  return [
    ...result.rejected.map(({ row, line, pk, errors }) => ({
      ...empty,
      group: "rejected" as const,
      row,
      line,
      pk,
      errors: errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)),
    })),
    ...result.updated.map(({ row, pk, changes, prices }) => ({
      ...empty,
      group: "updated" as const,
      row,
      pk,
      prices,
      changes: Object.entries(changes)
        .filter(([name]) => prices.every((price) => price.name !== name))
        .map(([name, { from, to }]) => ({
          label: fieldLabels.model[name as ChangeName] ?? name, // An import changes only a model's fields.
          from: formatImported(name, from),
          to: formatImported(name, to),
        })),
    })),
    ...result.created.map(({ row, pk, prices }) => ({
      ...empty,
      group: "created" as const,
      row,
      pk,
      prices,
    })),
    ...result.unchanged.map(({ row, pk }) => ({ group: "unchanged" as const, row, pk, ...empty })),
  ];
}

function formatImported(name: string, value: unknown): string {
  const unit: PriceUnit = "1M";
  // A value of the attribute with this name.
  return formatValue(name as ChangeName, { [name]: value } as ModelChanges, unit);
}
