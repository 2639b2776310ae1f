"use client";

import { columnsOf, type TableColumn } from "@/components/ui/table/table-columns";
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

const column = columnsOf<ModelRecord>();

/** The columns of the pricing table. Prices are shown in `unit`; they sort alike in both. */
export function modelColumns(unit: PriceUnit, canWrite: boolean): TableColumn<ModelRecord>[] {
  return [
    column.accessor("display_name", {
      id: "model",
      header: "Model",
      meta: { width: 202, grow: true },
      cell: ({ row }) => <NameCell model={row.original} canWrite={canWrite} />,
    }),
    priceColumn("input_price", "Input", unit),
    priceColumn("output_price", "Output", unit),
    column.accessor((model) => model.max_tokens ?? undefined, {
      id: "context",
      header: "Context",
      meta: { width: 86, align: "end" },
      sortDescFirst: true,
      cell: ({ row }) => <ContextCell tokens={row.original.max_tokens} />,
    }),
    column.accessor(capabilityRank, {
      id: "capabilities",
      header: "Capabilities",
      meta: { width: 110 },
      sortDescFirst: true,
      cell: ({ row }) => <CapabilitiesCell model={row.original} />,
    }),
    column.accessor("is_active", {
      id: "status",
      header: "Status",
      meta: { width: 105 },
      sortDescFirst: true,
      cell: ({ row }) => <StatusCell model={row.original} />,
    }),
    column.accessor((model) => model.used_by.length, {
      id: "agents",
      header: "Agents",
      meta: { width: 78, align: "end" },
      sortDescFirst: true,
      cell: ({ row }) => <AgentsCell model={row.original} />,
    }),
    column.accessor((model) => model.last_test?.at ?? undefined, {
      id: "last_test",
      header: "Last test",
      meta: { width: 105 },
      sortDescFirst: true,
      cell: ({ row }) => <LastTestCell test={row.original.last_test} />,
    }),
  ];
}

function priceColumn(name: "input_price" | "output_price", header: string, unit: PriceUnit) {
  return column.accessor((model) => model[name] ?? undefined, {
    id: name,
    header,
    meta: { width: unit === "1M" ? 80 : 92, align: "end" },
    cell: ({ row: { original: model } }) => (
      <PriceCell price={model[name]} unit={unit} assumed={model.price_unit === "assumed"} />
    ),
  });
}

function capabilityRank(model: ModelRecord): number | undefined {
  if (model.supports_tools === null && model.supports_vision === null) return undefined;
  return (model.supports_tools ? 2 : 0) + (model.supports_vision ? 1 : 0);
}
