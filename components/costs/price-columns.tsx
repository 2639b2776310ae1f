import { Checkbox } from "@/components/ui/form/checkbox";
import type { TableColumn } from "@/components/ui/table/table-columns";
import type { PricedModel } from "@/lib/costs/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { CachePrice, Capabilities, capabilityRank, ModelName, Price, Tokens } from "./price-cells";
import { maxCompared } from "./prices-state";

type Compared = { chosen: readonly PricedModel[]; onChange: (pks: string[]) => void };

/** Columns of the price table, with a checkbox to choose models for comparison. */
export function priceColumns(unit: PriceUnit, compared: Compared): TableColumn<PricedModel>[] {
  return [
    {
      id: "compare",
      header: "Compare",
      width: 44,
      hideHeader: true,
      cell: (row) => <CompareBox model={row} {...compared} />,
    },
    modelColumn,
    {
      id: "input",
      header: "Input",
      value: (model) => model.input_price ?? undefined,
      width: 100,
      align: "end",
      cell: (row) => <Price model={row} name="input_price" unit={unit} />,
    },
    {
      id: "output",
      header: "Output",
      card: "action",
      value: (model) => model.output_price ?? undefined,
      width: 100,
      align: "end",
      cell: (row) => <Price model={row} name="output_price" unit={unit} />,
    },
    {
      id: "cached",
      header: "Cached input",
      value: (model) => model.cache_read_price ?? model.input_price ?? undefined,
      width: 128,
      align: "end",
      cell: (row) => <CachePrice model={row} unit={unit} />,
    },
    contextColumn,
    {
      id: "max_output",
      header: "Output limit",
      value: (model) => model.max_output_tokens ?? undefined,
      largestFirst: true,
      width: 110,
      align: "end",
      cell: (row) => <Tokens tokens={row.max_output_tokens} />,
    },
    capabilitiesColumn,
  ];
}

const modelColumn: TableColumn<PricedModel> = {
  id: "model",
  header: "Model",
  value: (row) => row.display_name,
  width: 160,
  grow: true,
  card: "title",
  cell: (row) => <ModelName model={row} />,
};

const contextColumn: TableColumn<PricedModel> = {
  id: "context",
  header: "Context",
  value: (model) => model.max_tokens ?? undefined,
  largestFirst: true,
  width: 92,
  align: "end",
  cell: (row) => <Tokens tokens={row.max_tokens} />,
};

const capabilitiesColumn: TableColumn<PricedModel> = {
  id: "capabilities",
  header: "Capabilities",
  value: capabilityRank,
  largestFirst: true,
  width: 128,
  cell: (row) => <Capabilities model={row} />,
};

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
