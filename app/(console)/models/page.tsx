import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { listProviders } from "@/lib/keys/service";
import { listModels } from "@/lib/models/service";
import { ModelsComposition } from "./composition";

export const metadata: Metadata = { title: "Model Management" };

/** What fails here is fetched again by the browser, which shows the error and a retry. */
export default async function ModelsPage() {
  const { role } = await requireActor();
  const client = new QueryClient();
  await Promise.all([
    client.prefetchQuery({ ...modelQueries.list(), queryFn: () => listModels({ active: "all" }) }),
    client.prefetchQuery({ ...providerQueries.list(), queryFn: () => listProviders() }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ModelsComposition canWrite={hasRole(role, "admin")} />
    </HydrationBoundary>
  );
}
