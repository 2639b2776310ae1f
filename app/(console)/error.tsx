"use client";

import { PageError } from "@/components/shell/page-error";

type Props = { error: unknown; retry: () => void };

export default function ConsoleError({ error, retry }: Props) {
  return <PageError error={error} onRetry={retry} />;
}
