import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { CostsScreen } from "@/components/costs/costs-screen";
import { costQueries, searchOf } from "@/components/costs/queries";
import { readWanted } from "@/components/costs/wanted";
import { requireActor } from "@/lib/auth/actor";
import { readUsage } from "@/lib/usage/service";

export const metadata: Metadata = { title: "Costs" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** What fails here the browser asks again and shows the reason. */
export default async function CostsPage({ searchParams }: Props) {
  await requireActor();
  const client = new QueryClient();
  const wanted = readWanted(await searchParams);
  await client.prefetchQuery({
    ...costQueries.usage(wanted),
    queryFn: () => readUsage(searchOf(wanted, Date.now())),
  });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <CostsScreen />
    </HydrationBoundary>
  );
}
