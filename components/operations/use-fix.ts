"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { activityQueries } from "@/components/activity/queries";
import { agentQueries } from "@/components/agents/queries";
import { checkQueries } from "@/components/checks/queries";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { showToast } from "@/components/ui/overlay/toast";
import { apiCall } from "@/lib/api/client";
import type { Finding, FixAction } from "@/lib/findings/schema";

/** A fix that is a call of the API, not a link. */
export type FixCall = Extract<FixAction, { method: string }>;

/** Runs a finding's fix, then refetches everything it may affect. */
export function useFix(finding: Finding) {
  const refetch = useRefetchAfterFix();
  return useMutation({
    mutationFn: runFix,
    onSuccess: async (_, { label }) => {
      await refetch();
      showToast({
        tone: "good",
        title: `Done: ${label}`,
        description: `${finding.subject.id}: Activity has what it was before, and can put it back.`,
      });
    },
  });
}

/** @throws ApiError, NetworkError */
export function runFix({ method, path, body }: FixCall): Promise<unknown> {
  return apiCall(method, path, body);
}

/** Refetches everything that a fix may affect. */
export function useRefetchAfterFix(): () => Promise<unknown> {
  const client = useQueryClient();
  const stale = [
    checkQueries.all,
    agentQueries.all,
    modelQueries.all,
    providerQueries.all,
    activityQueries.all,
  ];
  return () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
}
