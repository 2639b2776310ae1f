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

type Call = Extract<FixAction, { method: string }>;

/** Runs a finding's fix, then refetches everything it may affect. */
export function useFix(finding: Finding) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ method, path, body }: Call) => apiCall(method, path, body),
    onSuccess: async (_, { label }) => {
      const stale = [
        checkQueries.all,
        agentQueries.all,
        modelQueries.all,
        providerQueries.all,
        activityQueries.all,
      ];
      await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
      showToast({
        tone: "good",
        title: `Done: ${label}`,
        description: `${finding.subject.id}: Activity has what it was before, and can put it back.`,
      });
    },
  });
}
