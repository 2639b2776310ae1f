"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useRef, useState } from "react";
import { modelQueries } from "@/components/models/queries";
import { PageHeader } from "@/components/shell/page-header";
import { CardSkeleton } from "@/components/ui/card-skeleton";
import { Button, buttonClass } from "@/components/ui/form/button";
import { EmptyState } from "@/components/ui/text/empty-state";
import { ErrorState } from "@/components/ui/text/error-state";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { Composer } from "./composer";
import { RunColumns } from "./run-columns";
import { RunNotes } from "./run-notes";
import { usePlayground } from "./use-playground";

const ModelPicker = dynamic(() => import("./model-picker").then((file) => file.ModelPicker), {
  ssr: false,
});
const PastRuns = dynamic(() => import("./past-runs").then((file) => file.PastRuns), { ssr: false });

/** The Playground page: one prompt, up to four models side by side. */
export function PlaygroundScreen({ canRun }: { canRun: boolean }) {
  const [isLooking, setLooking] = useState(false);
  return (
    <>
      <PageHeader
        title="Playground"
        description="One prompt to up to four models, side by side"
        actions={canRun && <Button onClick={() => setLooking(true)}>Past runs</Button>}
      />
      {canRun ? <Models isLooking={isLooking} onLooked={() => setLooking(false)} /> : <ReadOnly />}
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

type ModelsProps = { isLooking: boolean; onLooked: () => void };

function Models(props: ModelsProps) {
  const { data, error, refetch, isFetching } = useQuery(modelQueries.list());
  if (data) return <Bench models={data.models} {...props} />;
  if (error) {
    return (
      <ErrorState
        title="The models could not be read"
        error={error}
        onRetry={() => refetch()}
        retrying={isFetching}
      />
    );
  }
  return <CardSkeleton label="Loading the models" className="h-80" />;
}

/** Models are being chosen: any, or one to take the place of another. */
type Choosing = { insteadOf: string | null };

type BenchProps = ModelsProps & { models: readonly ModelRecord[] };

function Bench({ models, isLooking, onLooked }: BenchProps) {
  const playground = usePlayground();
  const [choosing, setChoosing] = useState<Choosing | null>(null);
  const prompt = useRef<HTMLTextAreaElement>(null);
  return (
    <div className="flex flex-col gap-4">
      <Composer
        playground={playground}
        models={models}
        promptRef={prompt}
        onChoose={() => setChoosing({ insteadOf: null })}
      />
      <RunNotes playground={playground} />
      <RunColumns
        playground={playground}
        models={models}
        onChooseInstead={(pk) => setChoosing({ insteadOf: pk })}
        onEditPrompt={() => prompt.current?.focus()}
      />
      {choosing && (
        <ModelPicker
          models={models}
          chosen={playground.models}
          insteadOf={choosing.insteadOf}
          onChange={playground.choose}
          onClose={() => setChoosing(null)}
        />
      )}
      {isLooking && <PastRuns models={models} onOpen={playground.restore} onClose={onLooked} />}
    </div>
  );
}
