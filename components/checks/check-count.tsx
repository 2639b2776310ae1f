"use client";

import { notifyManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { Count } from "@/components/ui/text/count";
import type { CheckReport } from "@/lib/checks/schema";
import { pages } from "@/lib/paths";
import { checkQueries } from "./queries";

/** The number of errors, for the navigation; nothing until it is known. */
export function CheckCount() {
  return usePathname() === pages.checks() ? <CachedCount /> : <FetchedCount />;
}

function FetchedCount() {
  const { data } = useQuery(checkQueries.report());
  return <Errors report={data} />;
}

/**
 * Only reads the cache on the Checks page: a query here would come before the page's hydrated
 * report and show its skeleton.
 */
function CachedCount() {
  const client = useQueryClient();
  const report = useSyncExternalStore(
    // Notify after render; the page fills the cache while rendering.
    (onChange) => client.getQueryCache().subscribe(notifyManager.batchCalls(onChange)),
    () => client.getQueryData(checkQueries.report().queryKey),
    () => undefined,
  );
  return <Errors report={report} />;
}

function Errors({ report }: { report: CheckReport | undefined }) {
  const errors = report?.findings.filter(({ severity }) => severity === "error").length ?? 0;
  if (errors === 0) return null;
  return (
    <>
      <Count value={errors} tone="bad" />
      <span className="sr-only">{errors === 1 ? "error" : "errors"}</span>
    </>
  );
}
