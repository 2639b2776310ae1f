"use client";

import { PageFault } from "@/components/shell/page-fault";

type Props = { error: unknown; retry: () => void };

export default function TokensError({ error, retry }: Props) {
  return <PageFault error={error} onRetry={retry} />;
}
