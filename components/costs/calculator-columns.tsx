import { columnsOf, type TableColumn } from "@/components/ui/table/table-columns";
import { Tag } from "@/components/ui/text/tag";
import { formatMoney, formatTokensShort } from "@/lib/format";
import type { CalculatorRow } from "./calculator-rows";
import { CachePrice, Capabilities, capabilityRank, ModelName, Price, Tokens } from "./price-cells";

const column = columnsOf<CalculatorRow>();

/** Monthly cost of the workload by model, and the prices behind it. */
export const calculatorColumns: TableColumn<CalculatorRow>[] = [
  column.accessor("display_name", {
    id: "model",
    header: "Model",
    meta: { width: 160, grow: true },
    cell: ({ row }) => <ModelName model={row.original} />,
  }),
  column.accessor((row) => row.estimate.cost_usd ?? undefined, {
    id: "cost",
    header: "A month",
    meta: { width: 132, align: "end" },
    cell: ({ row }) => <Cost row={row.original} />,
  }),
  column.accessor((row) => row.input_price ?? undefined, {
    id: "input_price",
    header: "Input",
    meta: { width: 100, align: "end" },
    cell: ({ row }) => <Price price={row.original.input_price} unit="1M" />,
  }),
  column.accessor((row) => row.cache_read_price ?? row.input_price ?? undefined, {
    id: "cached_price",
    header: "Cached input",
    meta: { width: 128, align: "end" },
    cell: ({ row }) => <CachePrice model={row.original} unit="1M" />,
  }),
  column.accessor((row) => row.output_price ?? undefined, {
    id: "output_price",
    header: "Output",
    meta: { width: 100, align: "end" },
    cell: ({ row }) => <Price price={row.original.output_price} unit="1M" />,
  }),
  column.accessor((row) => row.max_tokens ?? undefined, {
    id: "context",
    header: "Context",
    sortDescFirst: true,
    meta: { width: 120, align: "end" },
    cell: ({ row }) => <Context row={row.original} />,
  }),
  column.accessor(capabilityRank, {
    id: "capabilities",
    header: "Capabilities",
    sortDescFirst: true,
    meta: { width: 128 },
    cell: ({ row }) => <Capabilities model={row.original} />,
  }),
];

function Cost({ row: { estimate } }: { row: CalculatorRow }) {
  const { cost_usd, long_context_above } = estimate;
  if (cost_usd === null) return <span className="text-ink-3">not priced</span>;
  return (
    <>
      <span className="font-medium">{formatMoney(cost_usd)}</span>
      {long_context_above !== null && (
        <span className="block text-xs text-ink-3">
          at prices over {formatTokensShort(long_context_above)}
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
