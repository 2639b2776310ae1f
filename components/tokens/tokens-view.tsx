"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { ApiToken } from "@/lib/tokens/schema";
import { tokenQueries } from "./queries";
import { TokenItem } from "./token-item";

const dialogs = () => import("./token-dialogs");
const NewTokenDialog = lazyPart(() => dialogs().then((file) => file.NewTokenDialog));
const RevokeDialog = lazyPart(() => dialogs().then((file) => file.RevokeDialog));

/** The API tokens: active ones, then expired and revoked ones. */
export function TokensView() {
  const query = useQuery(tokenQueries.list());
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const make = () => setMaking(true);
  return (
    <>
      <PageHeader
        title="API tokens"
        description="How scripts reach this console's API"
        actions={
          <Button variant="primary" onClick={make}>
            New token
          </Button>
        }
      />
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Loading the API tokens" />}
        errorTitle="The API tokens could not be read"
      >
        {({ tokens }) => <Tokens tokens={tokens} onMake={make} onRevoke={setRevoking} />}
      </QueryBoundary>
      {making && <NewTokenDialog onClose={() => setMaking(false)} />}
      {revoking && <RevokeDialog token={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

type TokensProps = {
  tokens: readonly ApiToken[];
  onMake: () => void;
  onRevoke: (token: ApiToken) => void;
};

function Tokens({ tokens, onMake, onRevoke }: TokensProps) {
  const working = tokens.filter(({ state }) => state === "active");
  const ended = tokens.filter(({ state }) => state !== "active");
  return (
    <>
      <div className="rounded-lg border border-line bg-panel">
        {working.length === 0 ? (
          <EmptyState
            title={ended.length > 0 ? "No token works now" : "No script has a token yet"}
            action={<Button onClick={onMake}>New token</Button>}
          >
            A token lets a script or a pipeline call the API as itself: with the role that you give
            it, until the day that you choose, and with its own name in Activity.
          </EmptyState>
        ) : (
          <ul aria-label="API tokens">
            {working.map((token) => (
              <TokenItem key={token.id} token={token} onRevoke={onRevoke} />
            ))}
          </ul>
        )}
      </div>
      {ended.length > 0 && (
        <details className="mt-4 rounded-lg border border-line bg-panel">
          <summary className="cursor-pointer px-4 py-2.5 text-ink-2">
            Ended ({ended.length})
          </summary>
          <ul aria-label="Ended API tokens" className="border-t border-line">
            {ended.map((token) => (
              <TokenItem key={token.id} token={token} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
