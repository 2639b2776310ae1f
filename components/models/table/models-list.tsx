"use client";

import { memo, useCallback, useMemo } from "react";
import { useModelActions } from "@/components/models/actions";
import { Button } from "@/components/ui/form/button";
import { TabLinks } from "@/components/ui/tab-links";
import { type ColumnChoice, useColumnChoice } from "@/components/ui/table/column-choice";
import { DataTable } from "@/components/ui/table/data-table";
import type { TableColumn, TableSort } from "@/components/ui/table/table-columns";
import { EmptyState } from "@/components/ui/text/empty-state";
import { formatCount, formatProviderName, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { providerIds } from "@/lib/providers/schema";
import { modelColumns } from "./model-columns";
import { countByProvider, filterModels, flagsOf } from "./model-filter";
import { ModelsToolbar } from "./models-toolbar";
import type { SetViewState, ViewState } from "./view-state";

export type ModelsListProps = {
  models: readonly ModelRecord[];
  canWrite: boolean;
  view: ViewState;
  setView: SetViewState;
  columnChoice: ColumnChoice;
  /** The `pk`s of selected rows; null without checkboxes. */
  selected: ReadonlySet<string> | null;
  onSelect: (pks: ReadonlySet<string>) => void;
};

/** Tabs, search, filters and the table. */
export function ModelsList(props: ModelsListProps) {
  const { models, canWrite, view, setView } = props;
  const { open } = useModelActions();
  const { provider, q, filter, context } = view;
  const flags = useMemo(() => flagsOf(models), [models]);
  const rows = useMemo(
    () => filterModels(models, { provider, q, filter, context }, flags),
    [models, provider, q, filter, context, flags],
  );
  const onSortChange = useCallback((next: TableSort) => setView({ sort: next }), [setView]);
  const onClearFilters = useCallback(
    () => setView({ q: null, filter: null, provider: null, context: null }),
    [setView],
  );
  const isNarrowed = rows !== models;
  const all = useMemo(() => modelColumns(view.unit, canWrite), [view.unit, canWrite]);
  const { columns, menu } = useColumnChoice(all, props.columnChoice);

  return (
    <>
      <ProviderTabs
        models={models}
        provider={provider}
        onProviderChange={(next) => setView({ provider: next })}
      />
      <ModelsToolbar view={view} setView={setView} columnMenu={menu} />
      <ModelTable
        rows={rows}
        unit={view.unit}
        columns={columns}
        sort={view.sort}
        onSortChange={onSortChange}
        openPk={view.model}
        onOpen={open}
        onClearFilters={onClearFilters}
        selected={props.selected}
        onSelect={props.onSelect}
      />
      <p role="status" className={isNarrowed ? "mt-1.5 text-sm text-ink-3" : "sr-only"}>
        {isNarrowed
          ? `${formatCount(rows.length)} of ${pluralize(models.length, "model")} shown`
          : `${pluralize(models.length, "model")} shown`}
      </p>
    </>
  );
}

type ProviderTabsProps = {
  models: readonly ModelRecord[];
  provider: string | null;
  onProviderChange: (provider: string | null) => void;
};

/** Tabs for all models and each provider; unknown names come last. */
function ProviderTabs({ models, provider, onProviderChange }: ProviderTabsProps) {
  const counts = useMemo(() => countByProvider(models), [models]);
  const others = [...counts.keys()].filter(
    (id) => !providerIds.some((providerId) => providerId === id),
  );
  const tabs = [
    { href: pages.models(), label: "All", count: models.length, current: provider === null },
    ...[...providerIds, ...others].map((id) => ({
      href: pages.models({ provider: id }),
      label: formatProviderName(id),
      count: counts.get(id) ?? 0,
      current: provider === id,
    })),
  ];

  /** Filters without navigating, because following the link would reload the page's data. */
  function onClick(event: React.MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    onProviderChange(new URL(link.href).searchParams.get("provider"));
  }

  return (
    <div onClickCapture={onClick}>
      <TabLinks label="Providers" tabs={tabs} />
    </div>
  );
}

type ModelTableProps = {
  rows: readonly ModelRecord[];
  unit: PriceUnit;
  columns: TableColumn<ModelRecord>[];
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
  openPk: string | null;
  onOpen: (pk: string) => void;
  onClearFilters: () => void;
  /** Null without checkboxes. */
  selected: ReadonlySet<string> | null;
  onSelect: (pks: ReadonlySet<string>) => void;
};

const pkOf = (model: ModelRecord) => model.pk;
const displayNameOf = (model: ModelRecord) => model.display_name;

/** The pricing table. Memoized, so that overlays don't re-render the rows. */
const ModelTable = memo(function ModelTable(props: ModelTableProps) {
  const { rows, unit, columns, sort, onSortChange, openPk, onOpen, onClearFilters } = props;
  const { selected, onSelect } = props;
  const selection = useMemo(
    () => (selected ? { ids: selected, onChange: onSelect, nameOf: displayNameOf } : undefined),
    [selected, onSelect],
  );
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
      cardHeight={76}
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
