import { setTimeout } from "node:timers/promises";
import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { activityQueries, entityName } from "@/components/activity/queries";
import { AgentMissing } from "@/components/agents/page/agent-missing";
import { agentQueries } from "@/components/agents/queries";
import { runQueries } from "@/components/agents/runs/queries";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { listActivity } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { getAgent } from "@/lib/agents/service";
import { traceAgent } from "@/lib/agents/trace-service";
import { hasRole, type Role } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { listProviders } from "@/lib/keys/service";
import { ModelFilter } from "@/lib/models/schema";
import { listModels } from "@/lib/models/service";
import { pageParams } from "@/lib/paths";
import { listRuns } from "@/lib/runs/service";
import { AgentComposition } from "./composition";

type Props = { params: Promise<{ name: string; version: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { name, version } = await pageParams(params);
  return { title: `${name} ${version}` };
}

export default async function AgentPage({ params }: Props) {
  const { role } = await requireActor();
  const { name, version } = await pageParams(params);
  const agent = { agent_name: name, version };
  const client = new QueryClient();
  const [exists] = await Promise.all([findAgent(client, agent, role), prefetchRest(client)]);
  if (!exists) return <AgentMissing agent={agent} />;
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <AgentComposition agent={agent} canWrite={hasRole(role, "admin")} />
    </HydrationBoundary>
  );
}

/** False if the agent doesn't exist. The browser shows and retries other failures. */
async function findAgent(client: QueryClient, agent: AgentKey, role: Role): Promise<boolean> {
  const options = agentQueries.record(agent.agent_name, agent.version);
  try {
    const { etag } = await client.fetchQuery({ ...options, queryFn: () => getAgent(agent) });
    await Promise.all([
      prefetchHistory(client, agent, etag),
      prefetchFailures(client, agent, etag, role),
    ]);
  } catch (error) {
    return !(error instanceof AppError && error.code === "not_found");
  }
  return true;
}

const maxWaitMs = 2_000;

/**
 * Prefetches the notes about failures at the top of the page. If AWS takes longer than `maxWaitMs`,
 * the page is sent without them and the browser fetches them.
 */
async function prefetchFailures(
  client: QueryClient,
  agent: AgentKey,
  etag: string,
  role: Role,
): Promise<void> {
  const { agent_name: name, version } = agent;
  const reading = Promise.all([
    client.prefetchQuery({
      ...agentQueries.trace(name, version, etag),
      queryFn: () => traceAgent(agent),
    }),
    client.prefetchQuery({
      ...runQueries.list(agent, {}),
      queryFn: () => listRuns(agent, {}, role),
    }),
  ]);
  await Promise.race([reading, setTimeout(maxWaitMs)]);
}

async function prefetchRest(client: QueryClient): Promise<void> {
  await Promise.all([
    client.prefetchQuery({
      ...modelQueries.list(),
      queryFn: () => listModels(ModelFilter.parse({})),
    }),
    client.prefetchQuery({ ...providerQueries.list(), queryFn: listProviders }),
  ]);
}

/** Runs after the agent was read, because reading it records external changes. */
async function prefetchHistory(client: QueryClient, agent: AgentKey, etag: string): Promise<void> {
  const entity = { kind: "agent", id: agentEntityId(agent) } as const;
  await client.prefetchInfiniteQuery({
    ...activityQueries.of(entity, etag),
    queryFn: () => listActivity({ entity: entityName(entity) }),
  });
}
