"use client";

import { PageFault } from "@/components/shell/page-fault";

type Props = { error: unknown; retry: () => void };

export default function RootError({ error, retry }: Props) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <PageFault error={error} onRetry={retry} />
    </main>
  );
}
