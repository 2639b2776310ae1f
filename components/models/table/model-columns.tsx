"use client";

import { ModelStatus } from "@/components/model-facts/availability";
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
} from "./model-cells";
import { ModelMenu } from "./model-menu";

/**
 * The columns of the pricing table. Prices are shown in `unit`; the order is the same in both
 * units.
 */
export function modelColumns(unit: PriceUnit, canWrite: boolean): TableColumn<ModelRecord>[] {
  return [
    {
      id: "model",
      header: "Model",
      value: (row) => row.display_name,
      width: 170,
      grow: true,
      card: "title",
      fixed: true,
      cell: (row) => <NameCell model={row} />,
    },
    {
      id: "status",
      header: "Status",
      value: statusRank,
      width: 142,
      largestFirst: true,
      card: "line",
      cell: (row) => <ModelStatus model={row} />,
    },
    priceColumn("input_price", "Input", unit),
    priceColumn("output_price", "Output", unit),
    {
      id: "context",
      header: "Context",
      value: (model) => model.max_tokens ?? undefined,
      width: 68,
      align: "end",
      largestFirst: true,
      cell: (row) => <ContextCell tokens={row.max_tokens} />,
    },
    {
      id: "capabilities",
      header: "Capabilities",
      value: capabilityRank,
      width: 94,
      largestFirst: true,
      cell: (row) => <CapabilitiesCell model={row} />,
    },
    {
      id: "agents",
      header: "Agents",
      value: (model) => model.used_by.length,
      width: 60,
      align: "end",
      largestFirst: true,
      cell: (row) => <AgentsCell model={row} />,
    },
    {
      id: "last_test",
      header: "Last test",
      value: (model) => model.last_test?.at ?? undefined,
      width: 98,
      largestFirst: true,
      cell: (row) => <LastTestCell test={row.last_test} />,
    },
    ...(canWrite ? [menuColumn] : []),
  ];
}

const menuColumn: TableColumn<ModelRecord> = {
  id: "menu",
  header: "Actions",
  hideHeader: true,
  width: 46,
  align: "end",
  card: "action",
  fixed: true,
  cell: (row) => <ModelMenu model={row} />,
};

function priceColumn(
  name: "input_price" | "output_price",
  header: string,
  unit: PriceUnit,
): TableColumn<ModelRecord> {
  return {
    id: name,
    header,
    value: (model) => model[name] ?? undefined,
    width: unit === "1M" ? 70 : 92,
    align: "end",
    cell: (model) => <PriceCell model={model} name={name} unit={unit} />,
  };
}

const statusRanks = { active: 3, legacy: 2, retiring: 2, retired: 0, not_offered: 0 };

/** Usable models on top. */
function statusRank({ availability, is_active }: ModelRecord): number {
  return statusRanks[availability.state] + (is_active ? 0.5 : 0);
}

function capabilityRank(model: ModelRecord): number | undefined {
  if (model.supports_tools === null && model.supports_vision === null) return undefined;
  return (model.supports_tools ? 2 : 0) + (model.supports_vision ? 1 : 0);
}
