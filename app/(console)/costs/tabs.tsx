"use client";

import { CostsFrame, type CostsTab } from "@/components/costs/costs-frame";
import { PanelSkeleton } from "@/components/costs/costs-skeleton";
import { SpendTab } from "@/components/costs/spend-tab";
import { lazyPart } from "@/components/ui/lazy-part";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

const PricesTab = lazyPart(
  () => import("@/components/costs/prices-tab").then((file) => file.PricesTab),
  <PanelSkeleton />,
);
const CalculatorTab = lazyPart(
  () => import("@/components/costs/calculator-tab").then((file) => file.CalculatorTab),
  <PanelSkeleton />,
);
const WhatIfTab = lazyPart(
  () => import("@/components/costs/what-if-tab").then((file) => file.WhatIfTab),
  <PanelSkeleton />,
);
const BudgetsPanel = lazyPart(
  () => import("./budgets-panel").then((file) => file.BudgetsPanel),
  <TableSkeleton label="Reading the budgets" rows={4} rowHeight={57} />,
);

/** page.tsx prefetches each tab by the same ID. */
const tabs: readonly [CostsTab, ...CostsTab[]] = [
  {
    id: "spend",
    label: "Spend",
    description: "Tokens from CloudWatch at the prices in force then",
    panel: () => <SpendTab />,
  },
  {
    id: "prices",
    label: "Prices",
    description: "What every registered model costs now, and up to four side by side",
    panel: (canWrite) => <PricesTab canWrite={canWrite} />,
  },
  {
    id: "calculator",
    label: "Calculator",
    description: "What a workload would cost a month on every model",
    panel: () => <CalculatorTab />,
  },
  {
    id: "what-if",
    label: "What if",
    description: "What agents would have cost on another model, at their own tokens",
    panel: () => <WhatIfTab />,
  },
  {
    id: "budgets",
    label: "Budgets",
    description: "What may be spent a month, how much of it is, and where it will end",
    panel: (canWrite) => <BudgetsPanel canWrite={canWrite} />,
  },
];

/** Costs and budgets on one page, because resource folders don't import each other. */
export function CostsTabs({ canWrite }: { canWrite: boolean }) {
  return <CostsFrame tabs={tabs} canWrite={canWrite} />;
}
