"use client";

import { useCallback, useMemo } from "react";
import type { TableSort } from "@/components/ui/table/data-table";
import { formatCount, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { useModelActions } from "./actions";
import { filterModels, flagsOf } from "./model-filter";
import { ModelTable } from "./model-table";
import { ModelsToolbar } from "./models-toolbar";
import { ProviderTabs } from "./provider-tabs";
import type { SetViewState, ViewState } from "./view-state";

export type ModelsListProps = {
  models: readonly ModelRecord[];
  canWrite: boolean;
  view: ViewState;
  setView: SetViewState;
  /** The `pk`s of the ticked rows; null without boxes. */
  selected: ReadonlySet<string> | null;
  onSelect: (pks: ReadonlySet<string>) => void;
};

/** Tabs, search, filters and the table, in one frame: a table that follows takes one more. */
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
