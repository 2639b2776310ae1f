import { queryOptions } from "@tanstack/react-query";
import type {
  AgentRecord,
  BulkSwitch,
  BulkSwitchResult,
  Preflight,
  PreflightTarget,
  Trace,
} from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import type { UsageReport } from "@/lib/usage/schema";

export type AgentList = { agents: AgentRecord[] };

export const agentQueries = {
  all: ["agents"] as const,
  list: () =>
    queryOptions({
      queryKey: [...agentQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch<AgentList>(api.agents(), { signal }),
    }),
  /** Every version of one agent. */
  versions: (name: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "versions", name],
      queryFn: ({ signal }) => apiFetch<AgentList>(api.agents({ name }), { signal }),
    }),
  record: (name: string, version: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "record", name, version],
      queryFn: ({ signal }) => apiFetch<AgentRecord>(api.agent(name, version), { signal }),
    }),
  /** What every agent used since the first of this month (UTC), as the Costs page counts it. */
  monthToDate: () => {
    const from = `${new Date().toISOString().slice(0, 7)}-01`;
    return queryOptions({
      queryKey: ["costs", "month", from],
      queryFn: ({ signal }) =>
        apiFetch<UsageReport>(api.usage({ from, group_by: "agent" }), { signal }),
    });
  },
  /** @param etag of the record: another row is another path */
  trace: (name: string, version: string, etag: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "trace", name, version, etag],
      queryFn: ({ signal }) => apiFetch<Trace>(api.agentTrace(name, version), { signal }),
    }),
  preflight: (name: string, version: string, target: PreflightTarget) =>
    queryOptions({
      queryKey: [...agentQueries.all, "preflight", name, version, target],
      queryFn: ({ signal }) =>
        apiFetch<Preflight>(api.agentPreflight(name, version, target), { signal }),
    }),
  /** What a bulk switch would do; nothing is written. */
  bulkPlan: (request: BulkSwitch | null) =>
    queryOptions({
      queryKey: [...agentQueries.all, "bulk-plan", request],
      queryFn: async ({ signal }) => {
        const path = api.agentsSwitch({ dry_run: true });
        return (await apiFetch<BulkSwitchResult>(path, { body: request, signal })).agents;
      },
    }),
};
