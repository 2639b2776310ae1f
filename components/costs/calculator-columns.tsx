import type { TableColumn } from "@/components/ui/table/table-columns";
import { Tag } from "@/components/ui/text/tag";
import { formatContextWindow, formatMoney } from "@/lib/format";
import type { CalculatorRow } from "./calculator-rows";
import { CachePrice, Capabilities, capabilityRank, ModelName, Price, Tokens } from "./price-cells";

/** Monthly cost of the workload by model, and the prices behind it. */
export const calculatorColumns: TableColumn<CalculatorRow>[] = [
  {
    id: "model",
    header: "Model",
    value: (row) => row.display_name,
    width: 160,
    grow: true,
    card: "title",
    cell: (row) => <ModelName model={row} />,
  },
  {
    id: "cost",
    header: "A month",
    value: (row) => row.estimate.cost_usd ?? undefined,
    width: 132,
    align: "end",
    card: "action",
    cell: (row) => <Cost row={row} />,
  },
  {
    id: "input_price",
    header: "Input",
    value: (row) => row.input_price ?? undefined,
    width: 100,
    align: "end",
    cell: (row) => <Price model={row} name="input_price" unit="1M" />,
  },
  {
    id: "cached_price",
    header: "Cached input",
    value: (row) => row.cache_read_price ?? row.input_price ?? undefined,
    width: 128,
    align: "end",
    cell: (row) => <CachePrice model={row} unit="1M" />,
  },
  {
    id: "output_price",
    header: "Output",
    value: (row) => row.output_price ?? undefined,
    width: 100,
    align: "end",
    cell: (row) => <Price model={row} name="output_price" unit="1M" />,
  },
  {
    id: "context",
    header: "Context",
    value: (row) => row.max_tokens ?? undefined,
    largestFirst: true,
    width: 120,
    align: "end",
    cell: (row) => <Context row={row} />,
  },
  {
    id: "capabilities",
    header: "Capabilities",
    value: capabilityRank,
    largestFirst: true,
    width: 128,
    cell: (row) => <Capabilities model={row} />,
  },
];

function Cost({ row }: { row: CalculatorRow }) {
  const { cost_usd, long_context_above } = row.estimate;
  if (cost_usd === null) return <span className="text-ink-3">not priced</span>;
  return (
    <>
      <span className="font-medium">{formatMoney(cost_usd)}</span>
      {long_context_above !== null && (
        <span className="block text-xs text-ink-3">
          at prices over {formatContextWindow(long_context_above)}
        </span>
      )}
    </>
  );
}

function Context({ row }: { row: CalculatorRow }) {
  return (
    <>
      <Tokens tokens={row.max_tokens} />
      {row.estimate.fits === false && (
        <span className="block">
          <Tag tone="warn">call too long</Tag>
        </span>
      )}
    </>
  );
}
