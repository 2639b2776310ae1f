"use client";

import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "@/components/ui/text/error-state";
import type { PricedModel } from "@/lib/costs/schema";
import { PanelSkeleton } from "./costs-skeleton";
import { NoModels } from "./price-empty";
import { costQueries } from "./queries";

/** What is made of the prices of all registered models, once they are read and there are any. */
export function WithPrices({ children }: { children: (models: PricedModel[]) => ReactNode }) {
  const { data, error, refetch, isFetching } = useQuery(costQueries.prices());
  if (data) return data.models.length === 0 ? <NoModels /> : children(data.models);
  if (!error) return <PanelSkeleton />;
  return (
    <ErrorState
      title="The prices could not be read"
      error={error}
      onRetry={() => refetch()}
      retrying={isFetching}
    />
  );
}
