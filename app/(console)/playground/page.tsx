import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { modelQueries } from "@/components/models/queries";
import { PlaygroundScreen } from "@/components/playground/playground-screen";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { listModels } from "@/lib/models/service";

export const metadata: Metadata = { title: "Playground" };

/** If the prefetch fails, the browser fetches again and shows the error with a retry. */
export default async function PlaygroundPage() {
  const { role } = await requireActor();
  const canRun = hasRole(role, "admin");
  const client = new QueryClient();
  if (canRun) {
    const queryFn = () => listModels({ active: "all" });
    await client.prefetchQuery({ ...modelQueries.list(), queryFn });
  }
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <PlaygroundScreen canRun={canRun} />
    </HydrationBoundary>
  );
}
