"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsString } from "nuqs/server";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { useUrlState } from "@/components/ui/url-state";
import { apiFetch } from "@/lib/api/client";
import type { CheckReport } from "@/lib/checks/schema";
import { findingSeverities } from "@/lib/findings/rules/severity";
import type { Finding } from "@/lib/findings/schema";
import { formatFindingCount } from "./finding-labels";
import { DismissDialog, PermissionDialog, RunDialog } from "./lazy-dialogs";
import { checkQueries } from "./queries";

const Report = lazyPart(
  async () => (await import("./report")).Report,
  <TableSkeleton label="Checking" />,
);

/**
 * The initial text of the dialog that explains a failed run, such as an ARN; null while it is
 * closed.
 */
const linkState = { failed_run: parseAsString };
/** Refetch interval, because others cause and fix problems too. */
const everyMs = 15_000;

/** All findings, most severe first, each with its fix. */
export function ChecksView({ canWrite }: { canWrite: boolean }) {
  const query = useQuery({ ...checkQueries.report(), refetchInterval: everyMs });
  const { data, refetch } = query;
  const [dismissing, setDismissing] = useState<Finding | null>(null);
  const [{ failed_run }, setLinked] = useUrlState(linkState);
  return (
    <>
      <PageHeader
        title="Checks"
        description={data ? <Summary report={data} /> : "What is wrong, and the fix"}
        actions={
          <>
            <Button onClick={() => setLinked({ failed_run: "" })}>Why did a run fail?</Button>
            {canWrite && <PermissionCheck />}
            <Button onClick={() => refetch()}>Check again</Button>
          </>
        }
      />
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Checking" />}
        errorTitle="The checks failed"
      >
        {(report) => <Report report={report} canWrite={canWrite} onDismiss={setDismissing} />}
      </QueryBoundary>
      {dismissing && <DismissDialog finding={dismissing} onClose={() => setDismissing(null)} />}
      {failed_run !== null && (
        <RunDialog text={failed_run} canWrite={canWrite} onClose={() => setLinked(null)} />
      )}
    </>
  );
}

/** Tests the role's permissions, only on this button. */
function PermissionCheck() {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const check = useMutation({
    mutationFn: (actions: string[] | undefined) =>
      apiFetch("checkPermissions", { body: { actions } }),
    onSuccess: () => client.invalidateQueries({ queryKey: checkQueries.all }),
  });
  return (
    <>
      <Button
        onClick={() => {
          setOpen(true);
          check.mutate(undefined);
        }}
      >
        Check permissions
      </Button>
      {isOpen && (
        <PermissionDialog
          report={check.data}
          error={check.error}
          isPending={check.isPending}
          onRetry={check.mutate}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

function Summary({ report: { findings, as_of } }: { report: CheckReport }) {
  const counts = findingSeverities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count > 0 ? [formatFindingCount(severity, count)] : [];
  });
  return (
    <>
      {counts.length > 0 ? counts.join(" · ") : "Nothing is wrong"} · checked{" "}
      <RelativeTime at={as_of} />
    </>
  );
}
