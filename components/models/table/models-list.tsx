"use client";

import { memo, useCallback, useMemo } from "react";
import { useModelActions } from "@/components/models/actions";
import { Button } from "@/components/ui/form/button";
import { TabLinks } from "@/components/ui/tab-links";
import { DataTable } from "@/components/ui/table/data-table";
import type { TableSort } from "@/components/ui/table/table-columns";
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
  /** The `pk`s of selected rows; null without checkboxes. */
  selected: ReadonlySet<string> | null;
  onSelect: (pks: ReadonlySet<string>) => void;
};

/** Tabs, search, filters and the table. */
export function ModelsList(props: ModelsListProps) {
  const { models, canWrite, view, setView } = props;
  const { open } = useModelActions();
  const { provider, q, filter } = view;
  const flags = useMemo(() => flagsOf(models), [models]);
  const rows = useMemo(
    () => filterModels(models, { provider, q, filter }, flags),
    [models, provider, q, filter, flags],
  );
  const onSortChange = useCallback((next: TableSort) => setView({ sort: next }), [setView]);
  const onClearFilters = useCallback(
    () => setView({ q: null, filter: null, provider: null }),
    [setView],
  );
  const isNarrowed = rows !== models;

  return (
    <>
      <ProviderTabs
        models={models}
        provider={provider}
        onProviderChange={(next) => setView({ provider: next })}
      />
      <ModelsToolbar view={view} setView={setView} />
      <ModelTable
        rows={rows}
        unit={view.unit}
        canWrite={canWrite}
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

  /** Filters in place; following the link would reload the page's data. */
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
  canWrite: boolean;
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
  const { rows, unit, canWrite, sort, onSortChange, openPk, onOpen, onClearFilters } = props;
  const { selected, onSelect } = props;
  const selection = useMemo(
    () => (selected ? { ids: selected, onChange: onSelect, nameOf: displayNameOf } : undefined),
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
