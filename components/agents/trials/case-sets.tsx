"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { paramsOf } from "@/components/agents/runs/queries";
import { Button } from "@/components/ui/form/button";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { Dialog } from "@/components/ui/overlay/dialog";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { saveFile } from "@/components/ui/save-file";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { addressOf } from "@/lib/addresses";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { formatBytes, pluralize } from "@/lib/format";
import type { CaseSetSummary } from "@/lib/trials/rules/case-schema";
import { CaseSetForm } from "./case-set-form";
import { caseSetQueries } from "./queries";

type Props = { agent: AgentKey; onClose: () => void };

/** The saved case sets of an agent: new, edit, export, delete. */
export function CaseSetsDialog({ agent, onClose }: Props) {
  const [edited, setEdited] = useState<CaseSetSummary | "new" | null>(null);
  const [deleted, setDeleted] = useState<CaseSetSummary | null>(null);
  const query = useQuery(caseSetQueries.list(agent));
  const back = () => setEdited(null);
  if (edited === "new") return <CaseSetForm agent={agent} set={null} onBack={back} />;
  if (edited) return <EditedSet agent={agent} id={edited.id} onBack={back} />;
  return (
    <Dialog
      title="Case sets"
      description={`Cases of ${agent.agent_name} that are tried again and again, each with what its answer must do.`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button variant="primary" onClick={() => setEdited("new")}>
            New set
          </Button>
        </>
      }
    >
      <QueryBoundary
        query={query}
        skeleton={
          <Loading label="Loading the sets">
            <Skeleton className="h-24 w-full" />
          </Loading>
        }
        errorTitle="The sets couldn't be read"
        empty={({ case_sets }) =>
          case_sets.length === 0 && (
            <EmptyState title="No sets yet">
              Write cases as JSONL, one a line, or import a file with “New set”.
            </EmptyState>
          )
        }
      >
        {({ case_sets }) => (
          <ul className="flex flex-col">
            {case_sets.map((set) => (
              <SetLine
                key={set.id}
                agent={agent}
                set={set}
                onEdit={() => setEdited(set)}
                onDelete={() => setDeleted(set)}
              />
            ))}
          </ul>
        )}
      </QueryBoundary>
      {deleted && <DeleteSet agent={agent} set={deleted} onClose={() => setDeleted(null)} />}
    </Dialog>
  );
}

type LineProps = {
  agent: AgentKey;
  set: CaseSetSummary;
  onEdit: () => void;
  onDelete: () => void;
};

function SetLine({ agent, set, onEdit, onDelete }: LineProps) {
  const { id, name, case_count, bytes, max_bytes, updated_at, updated_by } = set;
  const path = addressOf("exportCaseSet", { params: { ...paramsOf(agent), id } });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium wrap-anywhere">{name}</p>
        <p className="text-sm wrap-anywhere text-ink-3">
          {pluralize(case_count, "case")} · {formatBytes(bytes)} of {formatBytes(max_bytes)} ·{" "}
          <RelativeTime at={updated_at} /> by {updated_by}
        </p>
      </div>
      <div className="flex flex-wrap gap-1.5">
        <Button size="sm" aria-label={`Edit ${name}`} onClick={onEdit}>
          Edit
        </Button>
        <Button size="sm" aria-label={`Export ${name}`} onClick={() => saveFile(path)}>
          Export
        </Button>
        <Button size="sm" variant="ghost" aria-label={`Delete ${name}`} onClick={onDelete}>
          Delete…
        </Button>
      </div>
    </li>
  );
}

function EditedSet({ agent, id, onBack }: { agent: AgentKey; id: string; onBack: () => void }) {
  // Typed text stays when the set is fetched again.
  const query = useQuery({ ...caseSetQueries.record(agent, id), staleTime: Infinity, gcTime: 0 });
  if (query.data) return <CaseSetForm agent={agent} set={query.data} onBack={onBack} />;
  return (
    <Dialog title="Edit the set" onClose={onBack}>
      <QueryBoundary
        query={query}
        skeleton={
          <Loading label="Loading the set">
            <Skeleton className="h-60 w-full" />
          </Loading>
        }
        errorTitle="The set couldn't be read"
      >
        {() => null}
      </QueryBoundary>
    </Dialog>
  );
}

type DeleteProps = { agent: AgentKey; set: CaseSetSummary; onClose: () => void };

function DeleteSet({ agent, set, onClose }: DeleteProps) {
  const client = useQueryClient();
  async function remove() {
    const params = { ...paramsOf(agent), id: set.id };
    try {
      await apiFetch("deleteCaseSet", { params, ifMatch: set.etag });
    } finally {
      await client.invalidateQueries({ queryKey: caseSetQueries.of(agent) });
    }
  }
  return (
    <ConfirmDialog
      title={`Delete “${set.name}”?`}
      confirmLabel="Delete set"
      danger
      onConfirm={remove}
      onClose={onClose}
    >
      Its {pluralize(set.case_count, "case")} can't be brought back. Trials that used it stay.
      Export it first if you may need it again.
    </ConfirmDialog>
  );
}
