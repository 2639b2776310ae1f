import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { ChecksView } from "@/components/checks/checks-view";
import { checkQueries } from "@/components/checks/queries";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { runChecks } from "@/lib/checks/service";

export const metadata: Metadata = { title: "Checks" };

/** If the prefetch fails, the browser fetches again and shows the error. */
export default async function ChecksPage() {
  const { role } = await requireActor();
  const client = new QueryClient();
  await client.prefetchQuery({ ...checkQueries.report(), queryFn: () => runChecks() });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ChecksView canWrite={hasRole(role, "admin")} />
    </HydrationBoundary>
  );
}
