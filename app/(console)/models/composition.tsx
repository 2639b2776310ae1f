"use client";

import dynamic from "next/dynamic";
import { ApiKeys } from "@/components/keys/api-keys";
import { ModelsScreen } from "@/components/models/models-screen";
import { Loading, Skeleton } from "@/components/ui/skeleton";

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

/** Models, their keys and the test completion on one page: resource folders do not know each other. */
export function ModelsComposition({ canWrite }: { canWrite: boolean }) {
  return (
    <ModelsScreen
      canWrite={canWrite}
      aside={<ApiKeys canWrite={canWrite} />}
      testPanel={(key) => <TestPanel key={`${key.provider}#${key.modelId}`} {...key} />}
    />
  );
}
