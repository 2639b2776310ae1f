"use client";

import { PageError } from "@/components/shell/page-error";

type Props = { error: unknown; retry: () => void };

export default function RootError({ error, retry }: Props) {
  return (
    <main className="grid min-h-dvh place-items-center">
      <PageError error={error} onRetry={retry} />
    </main>
  );
}
