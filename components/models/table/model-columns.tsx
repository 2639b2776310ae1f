"use client";

import type { TableColumn } from "@/components/ui/table/table-columns";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import {
  AgentsCell,
  CapabilitiesCell,
  ContextCell,
  LastTestCell,
  NameCell,
  PriceCell,
  StatusCell,
} from "./model-cells";

/** The columns of the pricing table. Prices are shown in `unit`; they sort alike in both. */
export function modelColumns(unit: PriceUnit, canWrite: boolean): TableColumn<ModelRecord>[] {
  return [
    {
      id: "model",
      header: "Model",
      value: (row) => row.display_name,
      width: 202,
      grow: true,
      cell: (row) => <NameCell model={row} canWrite={canWrite} />,
    },
    priceColumn("input_price", "Input", unit),
    priceColumn("output_price", "Output", unit),
    {
      id: "context",
      header: "Context",
      value: (model) => model.max_tokens ?? undefined,
      width: 86,
      align: "end",
      largestFirst: true,
      cell: (row) => <ContextCell tokens={row.max_tokens} />,
    },
    {
      id: "capabilities",
      header: "Capabilities",
      value: capabilityRank,
      width: 110,
      largestFirst: true,
      cell: (row) => <CapabilitiesCell model={row} />,
    },
    {
      id: "status",
      header: "Status",
      value: (row) => row.is_active,
      width: 105,
      largestFirst: true,
      cell: (row) => <StatusCell model={row} />,
    },
    {
      id: "agents",
      header: "Agents",
      value: (model) => model.used_by.length,
      width: 78,
      align: "end",
      largestFirst: true,
      cell: (row) => <AgentsCell model={row} />,
    },
    {
      id: "last_test",
      header: "Last test",
      value: (model) => model.last_test?.at ?? undefined,
      width: 105,
      largestFirst: true,
      cell: (row) => <LastTestCell test={row.last_test} />,
    },
  ];
}

function priceColumn(
  name: "input_price" | "output_price",
  header: string,
  unit: PriceUnit,
): TableColumn<ModelRecord> {
  return {
    id: name,
    header,
    value: (model) => model[name] ?? undefined,
    width: unit === "1M" ? 80 : 92,
    align: "end",
    cell: (model) => <PriceCell model={model} name={name} unit={unit} />,
  };
}

function capabilityRank(model: ModelRecord): number | undefined {
  if (model.supports_tools === null && model.supports_vision === null) return undefined;
  return (model.supports_tools ? 2 : 0) + (model.supports_vision ? 1 : 0);
}
