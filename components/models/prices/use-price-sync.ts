"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { modelQueries } from "@/components/models/queries";
import { ApiError, apiFetch } from "@/lib/api/client";
import type { PriceSyncRequest } from "@/lib/price-sync/schema";
import { defaultTicks, type Ticks, tickedPrices } from "./price-ticks";

/** First asks what differs, then writes the ticked prices under an operation id of our own. */
export function usePriceSync() {
  const client = useQueryClient();
  const [operationId, setOperationId] = useState<string | null>(null);
  const plan = useQuery({ ...modelQueries.pricePlan(), enabled: operationId === null });
  const changes = plan.data?.changes;
  /** Null until somebody ticks: all but those that an admin set. */
  const [chosen, setChosen] = useState<Ticks | null>(null);
  const ticks = chosen ?? defaultTicks(changes ?? []);
  const write = useMutation({
    mutationFn: (body: PriceSyncRequest) => apiFetch("syncPrices", { body }),
    // Refused as a whole: nothing was written. After any other failure the operation tells.
    onError: (error) => {
      if (error instanceof ApiError && error.problem.status < 500) setOperationId(null);
    },
    onSuccess: (result) => setOperationId(result.operation_id),
    onSettled: () => client.invalidateQueries(),
  });

  function begin() {
    const operation_id = crypto.randomUUID();
    setOperationId(operation_id);
    write.mutate({ operation_id, prices: tickedPrices(changes ?? [], ticks) });
  }
  return { plan, ticks, setTicks: setChosen, operationId, write, begin };
}
