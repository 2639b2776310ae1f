"use client";

import dynamic from "next/dynamic";
import { ModelsScreen } from "@/components/models/models-screen";
import { Loading, Skeleton } from "@/components/ui/skeleton";

const ApiKeys = dynamic(() => import("@/components/keys/api-keys").then((file) => file.ApiKeys), {
  ssr: false,
  loading: () => (
    <Loading label="Loading the API keys">
      <Skeleton className="h-96 w-full" />
    </Loading>
  ),
});
const TestPanel = dynamic(
  () => import("@/components/completions/test-panel").then((file) => file.TestPanel),
  {
    ssr: false,
    loading: () => (
      <Loading label="Loading the test">
        <Skeleton className="h-24 w-full" />
      </Loading>
    ),
  },
);
const HistoryList = dynamic(
  () => import("@/components/activity/history-list").then((file) => file.HistoryList),
  {
    ssr: false,
    loading: () => (
      <Loading label="Loading the history">
        <Skeleton className="h-12 w-full" />
      </Loading>
    ),
  },
);
const KeyHistory = dynamic(
  () => import("@/components/activity/key-history").then((file) => file.KeyHistory),
  { ssr: false },
);

/** Models, keys, tests and histories on one page: resource folders do not know each other. */
export function ModelsComposition({ canWrite }: { canWrite: boolean }) {
  return (
    <ModelsScreen
      canWrite={canWrite}
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
    />
  );
}
