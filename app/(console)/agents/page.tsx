import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { agentQueries } from "@/components/agents/queries";
import { AgentsView } from "@/components/agents/table/agents-view";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { listAgents } from "@/lib/agents/service";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { readColumnChoice } from "@/lib/http/column-choice";
import { listProviders } from "@/lib/keys/service";
import { ModelFilter } from "@/lib/models/schema";
import { listModels } from "@/lib/models/service";

export const metadata: Metadata = { title: "Agents" };

export default async function AgentsPage() {
  const { role, subject } = await requireActor();
  const columnChoice = await readColumnChoice("agents", subject);
  const client = new QueryClient();
  await Promise.all([
    client.prefetchQuery({ ...agentQueries.list(), queryFn: () => listAgents({}) }),
    client.prefetchQuery({
      ...modelQueries.list(),
      queryFn: () => listModels(ModelFilter.parse({})),
    }),
    client.prefetchQuery({
      ...providerQueries.list(),
      queryFn: listProviders,
    }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AgentsView canWrite={hasRole(role, "admin")} columnChoice={columnChoice} />
    </HydrationBoundary>
  );
}
