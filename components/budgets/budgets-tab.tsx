"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString } from "nuqs/server";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { RetryNote } from "@/components/ui/text/retry-note";
import { useUrlState } from "@/components/ui/url-state";
import type { BudgetList, BudgetRecord, MeasuredBudget } from "@/lib/budgets/schema";
import { formatMonth } from "@/lib/format";
import { BudgetDialog } from "./budget-dialog";
import { BudgetItem } from "./budget-item";
import { nameOf } from "./budget-labels";
import { budgetQueries } from "./queries";

/** The URL value for a new budget, in place of an ID. */
const newBudgetId = "new";

const parsers = { budget: parseAsString };

export type BudgetsTabProps = {
  canWrite: boolean;
  /** The changes of this budget, with rollback. */
  history: (budget: BudgetRecord) => ReactNode;
};

/** Monthly budgets with spend and forecast. */
export function BudgetsTab({ canWrite, history }: BudgetsTabProps) {
  const query = useQuery(budgetQueries.list());
  const [{ budget: open }, setState] = useUrlState(parsers);
  const setOpen = (budget: string | null) => setState({ budget });
  return (
    <QueryBoundary
      query={query}
      skeleton={<TableSkeleton label="Reading the budgets" rows={4} rowHeight={57} />}
      errorTitle="The budgets could not be read"
    >
      {(list) => {
        const chosen = list.budgets.find(({ id }) => id === open) ?? null;
        return (
          <>
            <Budgets
              list={list}
              canWrite={canWrite}
              retrying={query.isFetching}
              onRetry={() => query.refetch()}
              onOpen={setOpen}
            />
            {open !== null && (chosen || (canWrite && open === newBudgetId)) && (
              <BudgetDialog
                key={open}
                budget={chosen}
                budgets={list.budgets}
                canWrite={canWrite}
                history={chosen && history(chosen)}
                onClose={() => setOpen(null)}
              />
            )}
          </>
        );
      }}
    </QueryBoundary>
  );
}

type BudgetsProps = {
  list: BudgetList;
  canWrite: boolean;
  retrying: boolean;
  onRetry: () => void;
  onOpen: (id: string) => void;
};

function Budgets({ list, canWrite, retrying, onRetry, onOpen }: BudgetsProps) {
  const { budgets, stale_because, as_of } = list;
  const setOne = (
    <Button variant="primary" onClick={() => onOpen(newBudgetId)}>
      Set a budget
    </Button>
  );
  return (
    <>
      {stale_because && (
        <RetryNote
          title={as_of ? "These figures are older than usual." : "How much is used is not known."}
          className="mb-3"
          onRetry={onRetry}
          retrying={retrying}
        >
          {stale_because}
        </RetryNote>
      )}
      <Alerts budgets={budgets} />
      {budgets.length === 0 ? (
        <div className="rounded-lg border border-line bg-panel">
          <EmptyState title="No budget is set" action={canWrite && setOne}>
            A budget is what a provider, a model or an agent may cost in a month. You see here and
            in Checks when one is exceeded, or will be at the pace of the last seven days.
          </EmptyState>
        </div>
      ) : (
        <>
          <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
            <p className="text-ink-3">
              <Month list={list} />
            </p>
            {canWrite && setOne}
          </div>
          <ul aria-label="Budgets" className="rounded-lg border border-line bg-panel">
            {budgets.map((budget) => (
              <BudgetItem key={budget.id} budget={budget} canWrite={canWrite} onOpen={onOpen} />
            ))}
          </ul>
        </>
      )}
      <HowItCounts />
    </>
  );
}

function Month({ list: { month, as_of } }: { list: BudgetList }) {
  return (
    <>
      {formatMonth(month.from)}, UTC
      {as_of && (
        <>
          {" "}
          · as of <RelativeTime at={as_of} />
        </>
      )}
    </>
  );
}

function Alerts({ budgets }: { budgets: readonly MeasuredBudget[] }) {
  const namesOf = (state: string) =>
    budgets.filter(({ progress }) => progress?.state === state).map(nameOf);
  const [exceeded, heading] = [namesOf("exceeded"), namesOf("heading_over")];
  return (
    <>
      {exceeded.length > 0 && (
        <Note tone="bad" title="Exceeded:" className="mb-3">
          {exceeded.join(", ")}.
        </Note>
      )}
      {heading.length > 0 && (
        <Note tone="warn" title="Will not last the month:" className="mb-3">
          {heading.join(", ")}.
        </Note>
      )}
    </>
  );
}

function HowItCounts() {
  return (
    <ul aria-label="How budgets count" className="mt-3 list-disc pl-4 text-sm text-ink-3">
      <li>
        A month begins and ends at midnight UTC. Tokens cost the price that was in force on their
        day; those without a price are in no sum, which then says "at least".
      </li>
      <li>
        The forecast is what is spent so far, and for each day left the mean of the last seven whole
        days, of as many as there are since the first use.
      </li>
      <li>
        A budget stops nothing. A schedule that calls POST /api/budgets/evaluate keeps a CloudWatch
        alarm on each.
      </li>
    </ul>
  );
}
