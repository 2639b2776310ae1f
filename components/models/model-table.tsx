"use client";

import { memo, useMemo } from "react";
import { Button } from "@/components/ui/form/button";
import { DataTable, type TableSort } from "@/components/ui/table/data-table";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { modelColumns } from "./model-columns";

export type ModelTableProps = {
  rows: readonly ModelRecord[];
  unit: PriceUnit;
  canWrite: boolean;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
  openPk: string | null;
  onOpen: (pk: string) => void;
  onClearFilters: () => void;
  /** Null without boxes. */
  selected: ReadonlySet<string> | null;
  onSelect: (pks: ReadonlySet<string>) => void;
};

const pkOf = (model: ModelRecord) => model.pk;
const selectionLabel = (model: ModelRecord) => `Select ${model.display_name}`;

/** The pricing table. Memoised: what opens above the page does not draw its rows again. */
export const ModelTable = memo(function ModelTable(props: ModelTableProps) {
  const { rows, unit, canWrite, sort, onSortChange, openPk, onOpen, onClearFilters } = props;
  const { selected, onSelect } = props;
  const selection = useMemo(
    () => (selected ? { ids: selected, onChange: onSelect, label: selectionLabel } : undefined),
    [selected, onSelect],
  );
  const columns = useMemo(() => modelColumns(unit, canWrite), [unit, canWrite]);
  return (
    <DataTable
      label={`Models, prices in USD per ${unit} tokens`}
      rows={rows}
      columns={columns}
      rowId={pkOf}
      sort={sort}
      onSortChange={onSortChange}
      openId={openPk}
      onOpen={(model) => onOpen(model.pk)}
      selection={selection}
      empty={
        <EmptyState
          title="No model fits"
          action={<Button onClick={onClearFilters}>Clear search and filters</Button>}
        >
          Nothing in the registry matches this provider, search and filters together.
        </EmptyState>
      }
    />
  );
});
