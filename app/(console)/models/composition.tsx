"use client";

import { useState } from "react";
import { useBulkRun } from "@/components/capabilities/bulk-store";
import { ModelsScreen, type ModelsScreenProps } from "@/components/models/models-screen";
import { CardSkeleton } from "@/components/ui/card-skeleton";
import { Button } from "@/components/ui/form/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import type { ModelRecord } from "@/lib/models/schema";
import { HistoryList, KeyHistory, TestPanel } from "../lazy-parts";

// Not rendered on the server: a form sent before hydration would put the key into the URL.
const ApiKeys = lazyPart(
  () => import("@/components/keys/api-keys").then((file) => file.ApiKeys),
  <CardSkeleton label="Loading the API keys" className="h-96" />,
);
// Loaded lazily with zod: 20 kB that a page without a test doesn't need.
const loadTests = () => import("./tests");
const CapabilitiesSection = lazyPart(
  async () => (await loadTests()).CapabilitiesSection,
  <Loading label="Loading the capabilities">
    <Skeleton className="h-16 w-full" />
  </Loading>,
);
const BulkStatus = lazyPart(async () => (await loadTests()).BulkStatus);
const BulkDialog = lazyPart(async () => (await loadTests()).BulkDialog);

const none: readonly ModelRecord[] = [];

/** Subscribes separately, so that a result rerenders nothing else. */
function RunningTest({ onOpen }: { onOpen: () => void }) {
  const run = useBulkRun();
  return run && <BulkStatus run={run} onOpen={onOpen} />;
}

type Props = Pick<ModelsScreenProps, "canWrite" | "columnChoice">;

/** Models, keys, tests and histories on one page, because resource folders don't import each other. */
export function ModelsComposition({ canWrite, columnChoice }: Props) {
  const [toTest, setToTest] = useState<readonly ModelRecord[] | null>(null);
  return (
    <>
      <ModelsScreen
        canWrite={canWrite}
        columnChoice={columnChoice}
        aside={
          <ApiKeys
            canWrite={canWrite}
            history={(provider, close) => (
              <KeyHistory provider={provider} canWrite={canWrite} onClose={close} />
            )}
          />
        }
        testPanel={(key) => <TestPanel key={`${key.provider}#${key.modelId}`} {...key} />}
        history={(pk, etag) => (
          <HistoryList
            key={pk}
            entity={{ kind: "model", id: pk }}
            canWrite={canWrite}
            revision={etag}
          />
        )}
        capabilities={(model) => (
          <CapabilitiesSection key={model.pk} model={model} canWrite={canWrite} />
        )}
        bulkActions={(models) => (
          <Button variant="primary" onClick={() => setToTest(models)}>
            Test
          </Button>
        )}
        bulkStatus={<RunningTest onOpen={() => setToTest(none)} />}
      />
      {toTest && <BulkDialog models={toTest} onClose={() => setToTest(null)} />}
    </>
  );
}
