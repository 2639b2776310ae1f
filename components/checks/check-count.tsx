"use client";

import { notifyManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { useSyncExternalStore } from "react";
import { Count } from "@/components/ui/text/count";
import type { CheckReport } from "@/lib/checks/schema";
import { pages } from "@/lib/paths";
import { checkQueries } from "./queries";

/** How many errors the checks have found, for the navigation; nothing while that is not known. */
export function CheckCount() {
  return usePathname() === pages.checks() ? <CachedCount /> : <FetchedCount />;
}

function FetchedCount() {
  const { data } = useQuery(checkQueries.report());
  return <Errors report={data} />;
}

/**
 * On the Checks page, which brings the report along: a question of the navigation's own would stand
 * in the cache before it, and the page would begin with its skeleton.
 */
function CachedCount() {
  const client = useQueryClient();
  const report = useSyncExternalStore(
    // The page fills the cache while it is drawn: what is told then must come after.
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
