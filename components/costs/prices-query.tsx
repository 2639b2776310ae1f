"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { PricedModel } from "@/lib/costs/schema";
import { pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import { PanelSkeleton } from "./costs-skeleton";
import { costQueries } from "./queries";

/** Loads the prices of all registered models and renders `children` with them. */
export function PricesQuery({ children }: { children: (models: PricedModel[]) => ReactNode }) {
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

/** Empty state of a filtered list of prices. */
export function NoMatchingModels({ of, onShowAll }: { of: number; onShowAll: () => void }) {
  return (
    <EmptyState title="No model fits" action={<Button onClick={onShowAll}>Show all models</Button>}>
      {pluralize(of, "model is", "models are")} registered; none match the search and filters.
    </EmptyState>
  );
}

export function NoModels() {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <EmptyState
        title="No model is registered"
        action={
          <Link href={pages.models()} prefetch={false} className={buttonClass("primary")}>
            Go to Models
          </Link>
        }
      >
        Prices are kept with the models. Add one on the Models page: its prices, context and
        capabilities come from the provider's list and the price catalog.
      </EmptyState>
    </div>
  );
}
