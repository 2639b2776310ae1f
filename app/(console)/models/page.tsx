import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { readColumnChoice } from "@/lib/http/column-choice";
import { listProviders } from "@/lib/keys/service";
import { listModels } from "@/lib/models/service";
import { ModelsComposition } from "./composition";

export const metadata: Metadata = { title: "Model Management" };

/** If the prefetch fails, the browser fetches again and shows the error with a retry. */
export default async function ModelsPage() {
  const { role, subject } = await requireActor();
  const columnChoice = await readColumnChoice("models", subject);
  const client = new QueryClient();
  await Promise.all([
    client.prefetchQuery({ ...modelQueries.list(), queryFn: () => listModels({ active: "all" }) }),
    client.prefetchQuery({ ...providerQueries.list(), queryFn: () => listProviders() }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ModelsComposition canWrite={hasRole(role, "admin")} columnChoice={columnChoice} />
    </HydrationBoundary>
  );
}
