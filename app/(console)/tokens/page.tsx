import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { PageHeader } from "@/components/shell/page-header";
import { tokenQueries } from "@/components/tokens/queries";
import { TokensView } from "@/components/tokens/tokens-view";
import { EmptyState } from "@/components/ui/text/empty-state";
import { hasRole } from "@/lib/auth/actor";
import { requireActor } from "@/lib/auth/session";
import { listTokens } from "@/lib/tokens/service";

export const metadata: Metadata = { title: "API tokens" };

/** If the prefetch fails, the browser fetches again and shows the error. */
export default async function TokensPage() {
  const { role } = await requireActor();
  if (!hasRole(role, "admin")) return <ForAdmins />;
  const client = new QueryClient();
  await client.prefetchQuery({ ...tokenQueries.list(), queryFn: listTokens });
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <TokensView />
    </HydrationBoundary>
  );
}

function ForAdmins() {
  return (
    <>
      <PageHeader title="API tokens" description="How scripts reach this console's API" />
      <div className="rounded-lg border border-line bg-panel">
        <EmptyState title="Only admins see API tokens">
          You are signed in as a viewer. Ask an admin to make one for your script, with the role
          viewer.
        </EmptyState>
      </div>
    </>
  );
}
