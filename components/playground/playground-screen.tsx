"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { lazy, Suspense, useState } from "react";
import { modelQueries } from "@/components/models/queries";
import { PageHeader } from "@/components/shell/page-header";
import { CardSkeleton } from "@/components/ui/card-skeleton";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { EmptyState } from "@/components/ui/text/empty-state";
import { pages } from "@/lib/paths";

const Bench = lazy(async () => ({ default: (await import("./bench")).Bench }));
const skeleton = <CardSkeleton label="Loading the models" className="h-80" />;

/** The Playground page: one prompt, up to four models side by side. */
export function PlaygroundScreen({ canRun }: { canRun: boolean }) {
  const [isPastRunsOpen, setPastRunsOpen] = useState(false);
  return (
    <>
      <PageHeader
        title="Playground"
        description="One prompt to up to four models, side by side"
        actions={canRun && <Button onClick={() => setPastRunsOpen(true)}>Past runs</Button>}
      />
      {canRun ? (
        <Models isPastRunsOpen={isPastRunsOpen} onPastRunsClose={() => setPastRunsOpen(false)} />
      ) : (
        <ReadOnly />
      )}
    </>
  );
}

function ReadOnly() {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <EmptyState
        title="Only admins run models"
        action={
          <Link href={pages.models()} className={buttonClass()}>
            See the models
          </Link>
        }
      >
        You are signed in as a viewer. A run calls the provider with the stored key and costs what
        any call costs. Prices, limits and the last test of each model are on the Models page.
      </EmptyState>
    </div>
  );
}

type ModelsProps = { isPastRunsOpen: boolean; onPastRunsClose: () => void };

function Models(props: ModelsProps) {
  return (
    <QueryBoundary
      query={useQuery(modelQueries.list())}
      skeleton={skeleton}
      errorTitle="The models could not be read"
    >
      {({ models }) => (
        <Suspense fallback={skeleton}>
          <Bench models={models} {...props} />
        </Suspense>
      )}
    </QueryBoundary>
  );
}
