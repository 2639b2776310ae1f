import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { ActivityScreen } from "@/components/activity/activity-screen";
import { activityQueries } from "@/components/activity/queries";
import { ActivityFilter } from "@/lib/activity/schema";
import { listActivity } from "@/lib/activity/service";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";

export const metadata: Metadata = { title: "Activity" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** If the prefetch fails, the browser fetches again and shows the error. */
export default async function ActivityPage({ searchParams }: Props) {
  const { role } = await requireActor();
  const client = new QueryClient();
  const parsed = ActivityFilter.safeParse(await searchParams);
  if (parsed.success) {
    const { cursor: _, ...filter } = parsed.data;
    await client.prefetchInfiniteQuery({
      ...activityQueries.list(filter),
      queryFn: () => listActivity(filter),
    });
  }
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ActivityScreen canWrite={hasRole(role, "admin")} />
    </HydrationBoundary>
  );
}
