"use client";

import { parseAsString } from "nuqs/server";
import { useMemo } from "react";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { DataTable } from "@/components/ui/table/data-table";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { EmptyState } from "@/components/ui/text/empty-state";
import { useUrlState } from "@/components/ui/url-state";
import { notCovered } from "@/lib/costs/rules/not-covered";
import type { PricedModel } from "@/lib/costs/schema";
import { pluralize } from "@/lib/format";
import { ofFamily, otherRegion } from "@/lib/prices/rules/price-doubts";
import { calculatorColumns } from "./calculator-columns";
import { buildDots, type CalculatorRow, calculatorRows } from "./calculator-rows";
import { ContextChart } from "./context-chart";
import { filterModels } from "./price-filter";
import { PriceFilterBar } from "./price-filter-bar";
import { NoMatchingModels, PricesQuery } from "./prices-query";
import { filterParsers } from "./prices-state";
import { readWorkload, type WorkloadTexts } from "./workload";

/** Compares the monthly cost of a workload across all models. */
export function CalculatorTab() {
  return <PricesQuery>{(models) => <Calculator models={models} />}</PricesQuery>;
}

function Calculator({ models }: { models: readonly PricedModel[] }) {
  const [state, setState] = useCalculatorState();
  const { input, output, cached, calls, calculator_sort } = state;
  const { workload, errors } = useMemo(
    () => readWorkload({ input, output, cached, calls }),
    [input, output, cached, calls],
  );
  const rows = useMemo(
    () => (workload ? calculatorRows(filterModels(models, state), workload) : []),
    [models, state, workload],
  );
  const showAll = () =>
    setState({ q: null, tools: null, vision: null, context: null, inactive: true });
  return (
    <>
      <CalculatorForm texts={state} errors={errors} onChange={setState} />
      <PriceFilterBar filter={state} onChange={setState} />
      {rows.length > 0 && <Chart rows={rows} />}
      <DataTable
        label="Cost a month by model"
        rows={rows}
        columns={calculatorColumns}
        cardHeight={60}
        rowId={({ pk }) => pk}
        sort={calculator_sort}
        onSortChange={(sort) => setState({ calculator_sort: sort })}
        empty={
          workload ? (
            <NoMatchingModels of={models.length} onShowAll={showAll} />
          ) : (
            <NothingToCalculate />
          )
        }
      />
      <Basis rows={rows} />
    </>
  );
}

function Chart({ rows }: { rows: readonly CalculatorRow[] }) {
  const { series, left_out } = useMemo(() => buildDots(rows), [rows]);
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

function Basis({ rows }: { rows: readonly CalculatorRow[] }) {
  const isRegional = rows.some(({ price_region_may_differ }) => price_region_may_differ);
  const isByFamily = rows.some((row) => row.priced_by_family && !row.price_region_may_differ);
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
      {isRegional && <li>Models marked "Base price" have the {otherRegion}.</li>}
      {isByFamily && <li>Models marked "By family" have the {ofFamily}.</li>}
      <li>{notCovered}</li>
    </ul>
  );
}

const parsers = {
  ...filterParsers,
  // The raw input, so that the URL keeps invalid values.
  input: parseAsString.withDefault("2000"),
  output: parseAsString.withDefault("500"),
  cached: parseAsString.withDefault("0"),
  calls: parseAsString.withDefault("1000"),
  calculator_sort: parseAsSort().withDefault({ id: "cost", desc: false }),
};

function useCalculatorState() {
  return useUrlState(parsers);
}

const fields = [
  { name: "input", label: "Input tokens per call", hint: "Prompt, tools and history" },
  { name: "cached", label: "Of these, cached", hint: "Read again from the provider's cache" },
  { name: "output", label: "Output tokens per call", hint: "Reasoning tokens count as output" },
  { name: "calls", label: "Calls a day", hint: "A month is counted with 30 days" },
] as const satisfies { name: keyof WorkloadTexts; label: string; hint: string }[];

type Props = {
  texts: WorkloadTexts;
  errors: Partial<Record<keyof WorkloadTexts, string>>;
  onChange: (change: Partial<WorkloadTexts>) => void;
};

function CalculatorForm({ texts, errors, onChange }: Props) {
  return (
    <Card title="The workload" className="mb-3">
      <div className="grid grid-cols-4 gap-3 max-lg:grid-cols-2 max-xs:grid-cols-1">
        {fields.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint} error={errors[name]}>
            {(control) => (
              <NumberInput
                {...control}
                inputMode="numeric"
                value={texts[name]}
                onChange={({ target }) => onChange({ [name]: target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </Card>
  );
}
