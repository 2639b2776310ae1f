import { priceFields } from "@/components/models/edit/form-values";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { formatCount, formatDay, formatPrice, formatUtc } from "@/lib/format";
import type { PriceHistoryEntry } from "@/lib/price-sync/schema";
import { describeProvenance } from "@/lib/prices/rules/origin-labels";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { priceLabel } from "./price-labels";

export type PriceHistoryProps = { entries: readonly PriceHistoryEntry[]; unit: PriceUnit };

const dayOf = (at: string) => at.slice(0, 10);

/** Whether prices changed more than once on that day. */
function changedTwiceThatDay(at: string, entries: readonly PriceHistoryEntry[]): boolean {
  return entries.filter(({ from }) => from && dayOf(from) === dayOf(at)).length > 1;
}

function From({ at, showsTime }: { at: string; showsTime: boolean }) {
  return (
    <time dateTime={at} title={formatUtc(at)}>
      {formatDay(dayOf(at))}
      {showsTime && <span className="text-ink-3"> {at.slice(11, 16)}</span>}
    </time>
  );
}

/** Who set the changed prices, and from which source; by price if that differs. */
function describeSetters({ changed, prices, provenance }: PriceHistoryEntry): string[] {
  const names = new Map<string, string[]>();
  for (const name of changed.filter((some) => prices[some] !== null)) {
    const text = describeProvenance(provenance[name]);
    names.set(text, [...(names.get(text) ?? []), priceLabel(name)]);
  }
  if (names.size <= 1) return [...names.keys()];
  return [...names].map(([text, of]) => `${of.join(", ")}: ${text}`);
}

/** The prices over time with which usage is priced, newest first. */
export function PriceHistory({ entries, unit }: PriceHistoryProps) {
  const names = priceFields.filter((name) => entries.some(({ prices }) => prices[name] !== null));
  return (
    <details className="mt-2">
      <summary className="text-sm font-medium">
        Price history ({formatCount(entries.length)})
      </summary>
      <ScrollRegion label="Price history" className="mt-1 max-h-72 overflow-auto">
        <table className="w-full border-separate border-spacing-0 text-sm">
          <caption className="sr-only">Prices over time in USD per {unit} tokens</caption>
          <thead>
            <tr className="text-ink-3">
              <th scope="col" className="border-b border-line pb-1 text-left font-medium">
                From
              </th>
              {names.map((name) => (
                <th
                  key={name}
                  scope="col"
                  className="border-b border-line pb-1 pl-3 text-right font-medium"
                >
                  {priceLabel(name)}
                </th>
              ))}
              <th scope="col" className="border-b border-line pb-1 pl-3 text-left font-medium">
                Set by
              </th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={`${entry.from} ${entry.assumed}`} className="align-top">
                <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
                  {entry.from ? (
                    <From at={entry.from} showsTime={changedTwiceThatDay(entry.from, entries)} />
                  ) : (
                    "the beginning"
                  )}
                  {entry.assumed && <span className="text-ink-3"> · assumed</span>}
                </th>
                {names.map((name) => (
                  <td
                    key={name}
                    className={`py-1 pl-3 text-right ${entry.changed.includes(name) ? "font-medium" : "text-ink-3"}`}
                  >
                    {formatPrice(entry.prices[name], unit)}
                  </td>
                ))}
                <td className="min-w-40 py-1 pl-3 text-left text-ink-2">
                  {describeSetters(entry).map((text) => (
                    <span key={text} className="block">
                      {text}
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="mt-1 text-sm text-ink-3">
        Usage is priced with what was in force at its time. Assumed: nothing recorded says that it
        held then.
      </p>
    </details>
  );
}
