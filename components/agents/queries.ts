import { queryOptions, skipToken } from "@tanstack/react-query";
import type { BulkSwitch, PreflightTarget } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";

export const agentQueries = {
  all: ["agents"] as const,
  list: () =>
    queryOptions({
      queryKey: [...agentQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch("listAgents", { signal }),
    }),
  /** Every version of one agent. */
  versions: (name: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "versions", name],
      queryFn: ({ signal }) => apiFetch("listAgents", { query: { name }, signal }),
    }),
  record: (name: string, version: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "record", name, version],
      queryFn: ({ signal }) => apiFetch("getAgent", { params: { name, version }, signal }),
    }),
  /** Each agent's usage since the first of this month (UTC), as on the Costs page. */
  monthToDate: () => {
    const from = `${new Date().toISOString().slice(0, 7)}-01`;
    return queryOptions({
      queryKey: ["costs", "month", from],
      queryFn: ({ signal }) => apiFetch("getUsage", { query: { from, group_by: "agent" }, signal }),
    });
  },
  /** The last run of every agent, and the failed runs of the last 24 hours. */
  recentRuns: () =>
    queryOptions({
      queryKey: [...agentQueries.all, "recent-runs"],
      queryFn: ({ signal }) => apiFetch("listRecentRuns", { signal }),
    }),
  /** @param etag of the record, because another row leads to another path */
  trace: (name: string, version: string, etag: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "trace", name, version, etag],
      queryFn: ({ signal }) => apiFetch("getAgentTrace", { params: { name, version }, signal }),
    }),
  preflight: (name: string, version: string, target: PreflightTarget) =>
    queryOptions({
      queryKey: [...agentQueries.all, "preflight", name, version, target],
      queryFn: ({ signal }) =>
        apiFetch("preflightAgent", { params: { name, version }, query: target, signal }),
    }),
  /** What a bulk switch would do. Writes nothing. */
  bulkPlan: (request: BulkSwitch | null) =>
    queryOptions({
      queryKey: [...agentQueries.all, "bulk-plan", request],
      queryFn:
        request === null
          ? skipToken
          : async ({ signal }) => {
              const call = { query: { dry_run: true }, body: request, signal };
              return (await apiFetch("switchAgents", call)).agents;
            },
    }),
};
