"use client";

import { useQuery } from "@tanstack/react-query";
import { previewPrices } from "@/components/models/edit/use-model-writes";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Note } from "@/components/ui/text/note";
import { CostMark } from "@/components/usage/cost-mark";
import {
  formatCount,
  formatDay,
  formatMoney,
  formatMoneyChange,
  formatMonth,
  formatPriceUsd,
  formatUtc,
} from "@/lib/format";
import type { ModelChanges, ModelRecord } from "@/lib/models/schema";
import type { PriceChangePreview } from "@/lib/price-sync/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { describeUnconfirmed } from "@/lib/prices/rules/price-doubts";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { priceLabel } from "./price-labels";

export type RepricingDialogProps = {
  model: ModelRecord;
  changes: ModelChanges;
  /** ISO 8601. */
  pricesFrom: string;
  unit: PriceUnit;
  onSave: () => Promise<unknown>;
  onClose: () => void;
};

/** Shows how prices dated earlier change past costs, and saves them. */
export function RepricingDialog(props: RepricingDialogProps) {
  const { model, changes, pricesFrom, unit, onSave, onClose } = props;
  const preview = useQuery({
    // Not under the query keys of models, which a save refetches.
    queryKey: ["price-preview", model.pk, model.etag, changes, pricesFrom],
    queryFn: ({ signal }) => previewPrices(model, { ...changes, prices_from: pricesFrom }, signal),
    retry: false,
  });
  return (
    <ConfirmDialog
      title={`Prices of ${model.display_name} from ${formatUtc(pricesFrom)}`}
      confirmLabel="Save prices"
      cancelLabel="Back to the form"
      blockedBy={preview.isPending ? "Wait for the preview." : undefined}
      onConfirm={onSave}
      onClose={onClose}
    >
      <QueryBoundary
        query={preview}
        skeleton={
          <Loading label="Calculating the costs">
            <Skeleton className="h-24 w-full" />
          </Loading>
        }
        errorTitle="The effect on costs could not be calculated"
      >
        {(data) => <Preview data={data} unit={unit} />}
      </QueryBoundary>
    </ConfirmDialog>
  );
}

function Preview({ data, unit }: { data: PriceChangePreview; unit: PriceUnit }) {
  const { prices, days, months, counted_from, prices_from, stale_because } = data;
  const tooLow = describeTooLow(data.too_low);
  const { before_unconfirmed, after_unconfirmed } = data.total;
  const unconfirmed = [
    ...describeUnconfirmed(before_unconfirmed ?? {}, "of the costs before is"),
    ...describeUnconfirmed(after_unconfirmed ?? {}, "of the costs after is"),
  ];
  return (
    <>
      <ul className="mb-3">
        {prices.map(({ name, from, to }) => (
          <li key={name}>
            {priceLabel(name)}: {formatPriceUsd(from, unit)} → {formatPriceUsd(to, unit)} per {unit}{" "}
            tokens
          </li>
        ))}
      </ul>
      {stale_because && (
        <Note tone="warn" title="These figures are older than usual." className="mb-3">
          {stale_because}
        </Note>
      )}
      {days.length === 0 ? (
        <p>The cost of usage since then stays the same.</p>
      ) : (
        <>
          <CostTable
            label="Costs by month"
            head="Month"
            rows={months.map(({ month, ...costs }) => ({ name: formatMonth(month), ...costs }))}
          />
          <details className="mt-2">
            <summary className="w-fit rounded-sm text-sm text-ink-3 hover:text-ink">
              By day ({formatCount(days.length)})
            </summary>
            <ScrollRegion label="Costs by day" className="max-h-56 overflow-auto">
              <CostTable
                label="Costs by day, figures"
                head="Day (UTC)"
                rows={days.map(({ day, ...costs }) => ({ name: formatDay(day), ...costs }))}
              />
            </ScrollRegion>
          </details>
        </>
      )}
      <p className="mt-2 text-sm text-ink-3">
        Costs of this model. Budgets and exports change accordingly.
        {tooLow && ` ${tooLow}`}
        {unconfirmed.map((amount) => ` ${amount}.`)}
        {counted_from > prices_from &&
          ` Usage before ${formatDay(counted_from.slice(0, 10))} is no longer available.`}
      </p>
    </>
  );
}

type Row = Omit<PriceChangePreview["months"][number], "month"> & { name: string };
const cell = "py-1 pl-3 text-right whitespace-nowrap";

function CostTable({ label, head, rows }: { label: string; head: string; rows: readonly Row[] }) {
  return (
    <table aria-label={label} className="w-full text-sm">
      <thead className="text-ink-3">
        <tr>
          <th scope="col" className="py-1 text-left font-medium">
            {head}
          </th>
          {["Before", "After", "Change"].map((name) => (
            <th key={name} scope="col" className={`${cell} font-medium`}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, before_usd, after_usd, before_unconfirmed, after_unconfirmed }) => (
          <tr key={name} className="border-t border-line">
            <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
              {name}
            </th>
            <td className={cell}>
              {formatMoney(before_usd)}
              {before_unconfirmed && <CostMark of={before_unconfirmed} isShort />}
            </td>
            <td className={cell}>
              {formatMoney(after_usd)}
              {after_unconfirmed && <CostMark of={after_unconfirmed} isShort />}
            </td>
            <td className={cell}>{formatMoneyChange((after_usd ?? 0) - (before_usd ?? 0))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
