"use client";

import dynamic from "next/dynamic";
import { useMemo } from "react";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { DataTable } from "@/components/ui/table/data-table";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { PricedModel } from "@/lib/costs/schema";
import { pluralize } from "@/lib/format";
import { calculatorColumns } from "./calculator-columns";
import { CalculatorForm } from "./calculator-form";
import { type CalculatorRow, calculatorRows, dotsOf } from "./calculator-rows";
import { useCalculatorState } from "./calculator-state";
import { NoneFits } from "./price-empty";
import { fittingModels } from "./price-filter";
import { PriceFilterBar } from "./price-filter-bar";
import { WithPrices } from "./with-prices";
import { readWorkload } from "./workload";

const ContextChart = dynamic(() => import("./context-chart").then((file) => file.ContextChart), {
  ssr: false,
  loading: () => <Skeleton className="h-72" />,
});

/** What a workload would cost a month on every model. */
export function CalculatorTab() {
  return <WithPrices>{(models) => <Calculator models={models} />}</WithPrices>;
}

function Calculator({ models }: { models: readonly PricedModel[] }) {
  const [state, setState] = useCalculatorState();
  const { input, output, cached, calls, calculator_sort } = state;
  const { workload, errors } = useMemo(
    () => readWorkload({ input, output, cached, calls }),
    [input, output, cached, calls],
  );
  const rows = useMemo(
    () => (workload ? calculatorRows(fittingModels(models, state), workload) : []),
    [models, state, workload],
  );
  const showAll = () => setState({ q: null, tools: null, vision: null, inactive: true });
  return (
    <>
      <CalculatorForm texts={state} errors={errors} onChange={setState} />
      <PriceFilterBar filter={state} onChange={setState} />
      {rows.length > 0 && <Chart rows={rows} />}
      <DataTable
        label="Cost a month by model"
        rows={rows}
        columns={calculatorColumns}
        rowId={({ pk }) => pk}
        sort={calculator_sort}
        onSortChange={(sort) => setState({ calculator_sort: sort })}
        empty={
          workload ? <NoneFits of={models.length} onShowAll={showAll} /> : <NothingToCalculate />
        }
      />
      <Basis rows={rows} />
    </>
  );
}

function Chart({ rows }: { rows: readonly CalculatorRow[] }) {
  const { series, left_out } = useMemo(() => dotsOf(rows), [rows]);
  return (
    <Card title="Cost a month against context window" className="mb-3">
      {series.length > 0 && <ContextChart series={series} />}
      <p className="mt-1 text-sm text-ink-3">
        Both axes grow by factors. The same figures stand in the table below.
        {left_out > 0 &&
          ` Not drawn: ${pluralize(left_out, "model")} without a cost or a known context window.`}
      </p>
    </Card>
  );
}

function NothingToCalculate() {
  return (
    <EmptyState title="The workload is not complete">
      Costs appear as soon as each of the four fields above holds a number.
    </EmptyState>
  );
}

/** What the figures rest on, and what they leave out. */
function Basis({ rows }: { rows: readonly CalculatorRow[] }) {
  const asInput = rows.filter(({ estimate }) => estimate.cached_as_input).length;
  return (
    <ul aria-label="What these figures rest on" className="mt-3 list-disc pl-4 text-sm text-ink-3">
      <li>Prices of the registry as they are now, in USD per 1M tokens; 30 days of calls.</li>
      <li>
        Cached tokens cost what the registry says, else what the price catalog says, else what input
        costs.
        {asInput > 0 &&
          ` Of the models above, ${asInput} ${asInput === 1 ? "has" : "have"} no cache price: there they are counted as input.`}{" "}
        Writing to a cache is not counted.
      </li>
      <li>
        Calls longer than a threshold of the catalog are counted at its long-context prices, where
        the registry's price is the catalog's.
      </li>
    </ul>
  );
}
