import { Button } from "@/components/ui/form/button";
import { Note } from "@/components/ui/text/note";
import { formatCount, formatMoney, formatMoneyChange, pluralize } from "@/lib/format";
import type { PriceSyncResult } from "@/lib/price-sync/schema";
import { describeUnconfirmed } from "@/lib/prices/rules/price-doubts";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { buildBill, defaultTicks, type Ticks, ticksOf } from "./price-ticks";

export type PriceSyncSummaryProps = {
  result: PriceSyncResult;
  ticks: Ticks;
  onTicks: (ticks: Ticks) => void;
};

/** Number of differences, their effect on the last bill, and bulk selection. */
export function PriceSyncSummary({ result, ticks, onTicks }: PriceSyncSummaryProps) {
  const { changes, month } = result;
  const all = changes.flatMap(({ prices }) => prices);
  const protectedCount = all.filter(({ is_protected }) => is_protected).length;
  const suspects = all.filter(({ unit_suspect }) => unit_suspect).length;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <p role="status" className="min-w-0 flex-1 basis-60 font-medium">
          {pluralize(all.length, "price")} of {pluralize(changes.length, "model")}{" "}
          {all.length === 1 ? "differs" : "differ"}, {formatCount(ticks.size)} ticked
        </p>
        <Button size="sm" onClick={() => onTicks(new Set())}>
          Tick none
        </Button>
        <Button size="sm" onClick={() => onTicks(defaultTicks(changes))}>
          All but admins'
        </Button>
        <Button size="sm" onClick={() => onTicks(ticksOf(changes, () => true))}>
          Tick all
        </Button>
      </div>
      {protectedCount > 0 && (
        <p className="text-sm text-ink-3">
          {pluralize(protectedCount, "price")} set by an admin, of unknown origin, or listed for the
          family only, {protectedCount === 1 ? "is" : "are"} kept unless you tick{" "}
          {protectedCount === 1 ? "it" : "them"}.
        </p>
      )}
      {suspects > 0 && (
        <Note tone="warn" title={`${pluralize(suspects, "price")} about 1,000 times apart.`}>
          That is a unit, per 1M or per 1K tokens, rather than a new price. Not ticked: look at{" "}
          {suspects === 1 ? "it" : "them"} first.
        </Note>
      )}
      <Bill month={month} bill={buildBill(month, changes, ticks)} />
    </>
  );
}

type BillProps = { month: PriceSyncResult["month"]; bill: ReturnType<typeof buildBill> };

function Bill({ month, bill }: BillProps) {
  if (!month) return null;
  if ("unknown_because" in month) {
    return (
      <Note tone="warn" title="The last month's bill is not known.">
        {month.unknown_because} Prices can be synced all the same.
      </Note>
    );
  }
  if (!bill || (bill.paid === null && month.unpriced_tokens === 0)) return null;
  const change = bill.would_be - (bill.paid ?? 0);
  const isPartly = month.unpriced_tokens > 0;
  const tooLow = describeTooLow(month.too_low);
  return (
    <div className="rounded-md bg-sunken px-2.5 py-2">
      <p>
        The last 30 days cost {isPartly && "at least "}
        <strong className="font-semibold">
          {bill.paid === null ? "an unknown amount" : formatMoney(bill.paid)}
        </strong>
        ; with the ticked prices it would have been{" "}
        <strong className="font-semibold">{formatMoney(bill.would_be)}</strong> (
        {formatMoneyChange(change)}).
      </p>
      <p className="text-sm text-ink-3">
        At the tokens that CloudWatch counted. The past keeps its prices: a new one holds from now
        on.
        {month.stale_because && ` These tokens are older than usual: ${month.stale_because}`}
        {tooLow && ` ${tooLow}`}
        {describeUnconfirmed(month, "of what was paid is").map((part) => ` ${part}.`)}
        {isPartly && " What had no price is counted with the ticked price only."}
      </p>
    </div>
  );
}
