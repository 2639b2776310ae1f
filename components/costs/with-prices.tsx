"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { QueryBoundary } from "@/components/ui/query-boundary";
import type { PricedModel } from "@/lib/costs/schema";
import { PanelSkeleton } from "./costs-skeleton";
import { NoModels } from "./price-empty";
import { costQueries } from "./queries";

/** What is made of the prices of all registered models, once they are read and there are any. */
export function WithPrices({ children }: { children: (models: PricedModel[]) => ReactNode }) {
  return (
    <QueryBoundary
      query={useQuery(costQueries.prices())}
      skeleton={<PanelSkeleton />}
      errorTitle="The prices could not be read"
      empty={({ models }) => models.length === 0 && <NoModels />}
    >
      {({ models }) => children(models)}
    </QueryBoundary>
  );
}
