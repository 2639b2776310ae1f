import { Checkbox } from "@/components/ui/form/checkbox";
import { columnsOf, type TableColumn } from "@/components/ui/table/table-columns";
import type { PricedModel } from "@/lib/costs/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { CachePrice, Capabilities, capabilityRank, ModelName, Price, Tokens } from "./price-cells";
import { maxCompared } from "./prices-state";

const column = columnsOf<PricedModel>();

type Compared = { chosen: readonly PricedModel[]; onChange: (pks: string[]) => void };

/** Columns of the price table, with a checkbox to choose models for comparison. */
export function priceColumns(unit: PriceUnit, compared: Compared): TableColumn<PricedModel>[] {
  return [
    column.display({
      id: "compare",
      header: "Compare",
      meta: { width: 44, hideHeader: true },
      cell: ({ row: { original } }) => <CompareBox model={original} {...compared} />,
    }),
    modelColumn,
    column.accessor((model) => model.input_price ?? undefined, {
      id: "input",
      header: "Input",
      meta: { width: 100, align: "end" },
      cell: ({ row }) => <Price price={row.original.input_price} unit={unit} />,
    }),
    column.accessor((model) => model.output_price ?? undefined, {
      id: "output",
      header: "Output",
      meta: { width: 100, align: "end" },
      cell: ({ row }) => <Price price={row.original.output_price} unit={unit} />,
    }),
    column.accessor((model) => model.cache_read_price ?? model.input_price ?? undefined, {
      id: "cached",
      header: "Cached input",
      meta: { width: 128, align: "end" },
      cell: ({ row }) => <CachePrice model={row.original} unit={unit} />,
    }),
    contextColumn,
    column.accessor((model) => model.max_output_tokens ?? undefined, {
      id: "max_output",
      header: "Output limit",
      sortDescFirst: true,
      meta: { width: 110, align: "end" },
      cell: ({ row }) => <Tokens tokens={row.original.max_output_tokens} />,
    }),
    capabilitiesColumn,
  ];
}

const modelColumn = column.accessor("display_name", {
  id: "model",
  header: "Model",
  meta: { width: 160, grow: true },
  cell: ({ row }) => <ModelName model={row.original} />,
});

const contextColumn = column.accessor((model) => model.max_tokens ?? undefined, {
  id: "context",
  header: "Context",
  sortDescFirst: true,
  meta: { width: 92, align: "end" },
  cell: ({ row }) => <Tokens tokens={row.original.max_tokens} />,
});

const capabilitiesColumn = column.accessor(capabilityRank, {
  id: "capabilities",
  header: "Capabilities",
  sortDescFirst: true,
  meta: { width: 128 },
  cell: ({ row }) => <Capabilities model={row.original} />,
});

function CompareBox({ model, chosen, onChange }: Compared & { model: PricedModel }) {
  const others = chosen.map(({ pk }) => pk).filter((pk) => pk !== model.pk);
  const isChosen = others.length < chosen.length;
  return (
    <Checkbox
      label={`Compare ${model.display_name}`}
      hideLabel
      checked={isChosen}
      disabled={!isChosen && chosen.length >= maxCompared}
      onChange={({ target }) => onChange(target.checked ? [...others, model.pk] : others)}
    />
  );
}
