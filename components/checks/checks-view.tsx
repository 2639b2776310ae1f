"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { lazyPart } from "@/components/ui/lazy-part";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { Chip } from "@/components/ui/text/chip";
import { Count } from "@/components/ui/text/count";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { useUrlState } from "@/components/ui/url-state";
import { apiFetch } from "@/lib/api/client";
import type { CheckReport } from "@/lib/checks/schema";
import { findingSeverities } from "@/lib/findings/rules/severity";
import type { Finding } from "@/lib/findings/schema";
import { formatCount } from "@/lib/format";
import { DismissedList } from "./dismissed-list";
import { FindingItem } from "./finding-item";
import { formatFindingCount, kindLabels, severityLabels } from "./finding-labels";
import { checkQueries } from "./queries";

const dialogs = () => import("./dialogs");
const DismissDialog = lazyPart(async () => (await dialogs()).DismissDialog);
const PermissionDialog = lazyPart(async () => (await dialogs()).PermissionDialog);
const RunDialog = lazyPart(async () => (await dialogs()).RunDialog);

// Object.keys loses the type.
const kinds = Object.keys(kindLabels) as (keyof typeof kindLabels)[];
const filterState = {
  severity: parseAsStringLiteral(findingSeverities),
  kind: parseAsStringLiteral(kinds),
};
/** What the dialog that explains a failed run begins with, such as an ARN; null while it is closed. */
const linkState = { failed_run: parseAsString };
const pageSize = 100;

/** Refetch interval: others break and repair things meanwhile. */
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

/** Tries the role's permissions; only this button does. */
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

type ReportProps = {
  report: CheckReport;
  canWrite: boolean;
  onDismiss: (finding: Finding) => void;
};

function Report({ report, canWrite, onDismiss }: ReportProps) {
  const [{ severity, kind }, setFilter] = useUrlState(filterState);
  const [requestedStart, setStart] = useState(0);
  const { findings, dismissed, unchecked } = report;
  const matching = findings.filter(
    (finding) =>
      (!severity || finding.severity === severity) && (!kind || finding.subject.kind === kind),
  );
  // The last page may disappear as findings are fixed.
  const start = Math.max(
    0,
    Math.min(requestedStart, pageSize * Math.floor((matching.length - 1) / pageSize)),
  );
  return (
    <>
      {unchecked.map((what) => (
        <Note key={what} tone="warn" title="Not everything could be checked." className="mb-3">
          {what}
        </Note>
      ))}
      {findings.length > 0 && (
        <Filters
          findings={findings}
          severity={severity}
          kind={kind}
          onChange={(change) => {
            setStart(0);
            setFilter(change);
          }}
        />
      )}
      <div className="rounded-lg border border-line bg-panel">
        {matching.length === 0 ? (
          <Nothing isNarrowed={findings.length > 0} onClear={() => setFilter(null)} />
        ) : (
          <ul aria-label="Findings">
            {matching.slice(start, start + pageSize).map((finding) => (
              <FindingItem
                key={`${finding.code} ${finding.subject.kind} ${finding.subject.id}`}
                finding={finding}
                canWrite={canWrite}
                onDismiss={onDismiss}
              />
            ))}
          </ul>
        )}
      </div>
      <Pages count={matching.length} start={start} onStart={setStart} />
      <DismissedList dismissed={dismissed} canWrite={canWrite} />
    </>
  );
}

type PagesProps = { count: number; start: number; onStart: (start: number) => void };

function Pages({ count, start, onStart }: PagesProps) {
  if (count <= pageSize) return null;
  const end = Math.min(start + pageSize, count);
  const turn = (to: number) => {
    onStart(to);
    window.scrollTo({ top: 0 });
  };
  return (
    <nav
      aria-label="Pages of findings"
      className="mt-3 flex flex-wrap items-center justify-center gap-3"
    >
      <Button disabled={start === 0} onClick={() => turn(start - pageSize)}>
        Previous
      </Button>
      <span role="status" className="text-ink-2 tabular-nums">
        {formatCount(start + 1)}–{formatCount(end)} of {formatCount(count)}
      </span>
      <Button disabled={end === count} onClick={() => turn(start + pageSize)}>
        Next
      </Button>
    </nav>
  );
}

type ChecksFilter = {
  severity: Finding["severity"] | null;
  kind: Finding["subject"]["kind"] | null;
};

type FiltersProps = ChecksFilter & {
  findings: readonly Finding[];
  onChange: (change: Partial<ChecksFilter>) => void;
};

function Filters({ findings, severity, kind, onChange }: FiltersProps) {
  const present = kinds.filter((entry) => findings.some(({ subject }) => subject.kind === entry));
  return (
    <search aria-label="Filter the findings" className="mb-3 flex flex-wrap items-center gap-2">
      {findingSeverities.map((entry) => {
        const count = findings.filter((finding) => finding.severity === entry).length;
        if (count === 0) return null;
        return (
          <Chip
            key={entry}
            pressed={severity === entry}
            onToggle={(on) => onChange({ severity: on ? entry : null })}
          >
            {capitalize(severityLabels[entry].plural)} <Count value={count} />
          </Chip>
        );
      })}
      <span aria-hidden="true" className="mx-1 h-4 border-l border-line max-sm:hidden" />
      {present.map((entry) => (
        <Chip
          key={entry}
          pressed={kind === entry}
          onToggle={(on) => onChange({ kind: on ? entry : null })}
        >
          {kindLabels[entry]}
        </Chip>
      ))}
    </search>
  );
}

function capitalize(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function Nothing({ isNarrowed, onClear }: { isNarrowed: boolean; onClear: () => void }) {
  if (isNarrowed) {
    return (
      <EmptyState
        title="Nothing fits these filters"
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <EmptyState title="Nothing is wrong">
      Each time this page opens, it checks models, agents, keys, prices and the permissions that AWS
      denied. Problems appear here, most severe first, each with its fix.
    </EmptyState>
  );
}
