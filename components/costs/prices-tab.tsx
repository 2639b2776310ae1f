"use client";

import { useMemo } from "react";
import { Button } from "@/components/ui/form/button";
import { Segmented } from "@/components/ui/form/segmented";
import { DataTable } from "@/components/ui/table/data-table";
import { notCovered } from "@/lib/costs/rules/not-covered";
import type { PricedModel } from "@/lib/costs/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { CatalogView } from "./catalog-view";
import { ComingView } from "./coming-view";
import { CompareModels } from "./compare-models";
import { priceColumns } from "./price-columns";
import { filterModels } from "./price-filter";
import { PriceFilterBar } from "./price-filter-bar";
import { NoMatchingModels, PricesQuery } from "./prices-query";
import { maxCompared, usePricesState } from "./prices-state";

/** Current prices of all models, and up to four models side by side. */
export function PricesTab({ canWrite }: { canWrite: boolean }) {
  const [{ view }, setState] = usePricesState();
  const onBack = () => setState({ view: null }, { history: "push" });
  if (view === "catalog") return <CatalogView canWrite={canWrite} onBack={onBack} />;
  if (view === "coming") return <ComingView onBack={onBack} />;
  return <PricesQuery>{(models) => <Prices models={models} />}</PricesQuery>;
}

function Prices({ models }: { models: readonly PricedModel[] }) {
  const [state, setState] = usePricesState();
  const { unit, compare, view } = state;
  const chosen = useMemo(
    () => models.filter(({ pk }) => compare.includes(pk)).slice(0, maxCompared),
    [models, compare],
  );
  const columns = useMemo(
    () => priceColumns(unit, { chosen, onChange: (pks) => setState({ compare: pks }) }),
    [unit, chosen, setState],
  );
  const matching = useMemo(() => filterModels(models, state), [models, state]);

  if (view === "side" && chosen.length > 0) {
    return (
      <CompareModels
        models={chosen}
        unit={unit}
        onBack={() => setState({ view: null }, { history: "push" })}
      />
    );
  }
  const showAll = () =>
    setState({ q: null, tools: null, vision: null, context: null, inactive: true });
  return (
    <>
      <PriceFilterBar filter={state} onChange={setState}>
        <UnitSwitch unit={unit} onChange={(value) => setState({ unit: value })} />
        <Button onClick={() => setState({ view: "coming" }, { history: "push" })}>
          What changes next
        </Button>
        <Button onClick={() => setState({ view: "catalog" }, { history: "push" })}>Catalog</Button>
        <CompareButton
          count={chosen.length}
          onClick={() => setState({ view: "side" }, { history: "push" })}
        />
      </PriceFilterBar>
      <DataTable
        label="Prices"
        rows={matching}
        columns={columns}
        cardHeight={60}
        rowId={({ pk }) => pk}
        sort={state.prices_sort}
        onSortChange={(sort) => setState({ prices_sort: sort })}
        empty={<NoMatchingModels of={models.length} onShowAll={showAll} />}
      />
      <p className="mt-3 text-sm text-ink-3">
        In USD for {unit === "1M" ? "1,000,000" : "1,000"} tokens. Cached input costs what the
        registry says, else what the price catalog says, else what input costs. Tick two to four
        models to see them side by side. {notCovered}
      </p>
    </>
  );
}

function CompareButton({ count, onClick }: { count: number; onClick: () => void }) {
  return (
    <Button variant="primary" disabled={count < 2} onClick={onClick}>
      Compare{count > 0 && ` ${count} of ${maxCompared}`}
    </Button>
  );
}

function UnitSwitch({ unit, onChange }: { unit: PriceUnit; onChange: (unit: PriceUnit) => void }) {
  return (
    <Segmented
      label="Price unit"
      value={unit}
      options={[
        { value: "1M", label: "per 1M" },
        { value: "1K", label: "per 1K" },
      ]}
      onChange={onChange}
    />
  );
}
