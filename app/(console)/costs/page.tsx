import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { budgetQueries } from "@/components/budgets/queries";
import { allAgentsParams, parseCostsParams } from "@/components/costs/params";
import { costQueries, toSearchParams } from "@/components/costs/queries";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { listBudgets } from "@/lib/budgets/service";
import { listPrices } from "@/lib/costs/service";
import { readUsage } from "@/lib/usage/service";
import { CostsTabs } from "./tabs";

export const metadata: Metadata = { title: "Costs" };

type Search = Record<string, string | string[] | undefined>;
type Prefetch = (client: QueryClient, search: Search) => Promise<unknown>;

const prices: Prefetch = (client) =>
  client.prefetchQuery({ ...costQueries.prices(), queryFn: listPrices });

function usage(client: QueryClient, params: ReturnType<typeof parseCostsParams>): Promise<void> {
  return client.prefetchQuery({
    ...costQueries.usage(params),
    queryFn: () => readUsage(toSearchParams(params, Date.now())),
  });
}

/** The data of each tab in tabs.tsx. If a prefetch fails, the browser fetches again. */
const prefetches = new Map<string, Prefetch>([
  ["prices", prices],
  ["calculator", prices],
  ["budgets", (client) => client.prefetchQuery({ ...budgetQueries.list(), queryFn: listBudgets })],
  ["what-if", (client) => Promise.all([usage(client, allAgentsParams), prices(client, {})])],
]);

/** The first tab, which unknown tabs also show. */
const spend: Prefetch = (client, search) => usage(client, parseCostsParams(search));

export default async function CostsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { role } = await requireActor();
  const client = new QueryClient();
  const search = await searchParams;
  const tab = [search.tab].flat()[0] ?? "";
  await (prefetches.get(tab) ?? spend)(client, search);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <CostsTabs canWrite={hasRole(role, "admin")} />
    </HydrationBoundary>
  );
}
