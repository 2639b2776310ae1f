"use client";

import { queryOptions, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { CostMark } from "@/components/usage/cost-mark";
import { pathOf } from "@/lib/addresses";
import { apiFetch } from "@/lib/api/client";
import {
  fieldLabel,
  formatDay,
  formatMoney,
  formatMonth,
  formatPriceUsd,
  pluralize,
} from "@/lib/format";
import { pages } from "@/lib/paths";
import type { ComingChange, ComingChanges } from "@/lib/price-sync/schema";
import { layerLabels } from "@/lib/prices/rules/origin-labels";
import { PanelSkeleton } from "./costs-skeleton";
import { costQueries } from "./queries";

const comingQuery = queryOptions({
  queryKey: [...costQueries.all, "coming"],
  queryFn: ({ signal }) => apiFetch("listComingChanges", { signal }),
});

/** Announced price changes and retirements, month by month. */
export function ComingView({ onBack }: { onBack: () => void }) {
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <Button size="sm" onClick={onBack}>
          Back to prices
        </Button>
        <a
          href={pathOf("exportComingChanges", {})}
          download
          className={buttonClass("secondary", "sm")}
        >
          Export as calendar
        </a>
      </div>
      <QueryBoundary
        query={useQuery(comingQuery)}
        skeleton={<PanelSkeleton />}
        errorTitle="What changes next could not be read"
        empty={({ changes }) => changes.length === 0 && <NothingComing />}
      >
        {(coming) => <Months coming={coming} />}
      </QueryBoundary>
    </>
  );
}

function NothingComing() {
  return (
    <EmptyState title="No changes are announced">
      The providers' lists and the price catalogs announce no price change and no retirement of a
      registered model.
    </EmptyState>
  );
}

function Months({ coming }: { coming: ComingChanges }) {
  const { changes, unknown_because } = coming;
  const months = [...new Set(changes.map(({ on }) => on.slice(0, 7)))];
  return (
    <div className="space-y-5">
      {unknown_because !== null && (
        <Note tone="warn" title="The spend may be missing or old.">
          {unknown_because}
        </Note>
      )}
      {months.map((month) => {
        const ofMonth = changes.filter(({ on }) => on.startsWith(month));
        return (
          <section key={month} aria-label={formatMonth(`${month}-01`)}>
            <h2 className="mb-2 font-medium">{formatMonth(`${month}-01`)}</h2>
            <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
              {ofMonth.map((change) => (
                <ChangeItem key={`${change.kind} ${change.pk}`} change={change} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function ChangeItem({ change }: { change: ComingChange }) {
  const { kind, on, pk, display_name, agents, prices, month_usd, then_usd, layer, source } = change;
  return (
    <li className="flex flex-wrap gap-x-4 gap-y-1 px-3 py-2">
      <span className="w-24 shrink-0 whitespace-nowrap text-ink-3">{formatDay(on)}</span>
      <div className="min-w-0 flex-1 basis-56">
        <Link
          href={pages.models({ model: pk })}
          prefetch={false}
          className="font-medium hover:underline"
        >
          {display_name}
        </Link>{" "}
        {kind === "retirement" ? "is retired" : "changes its price"}
        {prices.map(({ name, from, to }) => (
          <span key={name} className="block text-sm">
            {fieldLabel(name, "model")}: {from === null ? "unknown" : formatPriceUsd(from, "1M")} →{" "}
            {formatPriceUsd(to, "1M")} per 1M
          </span>
        ))}
        <span className="block text-sm text-ink-3">
          According to {layer ? layerLabels[layer] : "the provider's list, or the model's row"}.
        </span>
        {source && (
          <a href={source} rel="noreferrer" className="block truncate text-sm text-ink-3 underline">
            {new URL(source).hostname}
          </a>
        )}
      </div>
      <div className="text-sm text-ink-2 sm:text-right">
        {agents === null ? "agents unknown" : pluralize(agents, "agent")}
        {month_usd !== null && (
          <span className="block">
            {formatMoney(month_usd)} in 30 days
            {then_usd !== null && `, then ${formatMoney(then_usd)}`}
            <CostMark of={change} />
          </span>
        )}
      </div>
    </li>
  );
}
