import { fieldLabel, formatMoney, formatPriceUsd, pluralize } from "@/lib/format";
import type { CatalogChange } from "@/lib/price-sync/schema";
import { otherRegion } from "@/lib/prices/rules/price-doubts";

const matchLabels: Record<CatalogChange["match"]["to"], string> = {
  exact: "exactly",
  dated: "exactly, up to the date",
  family: "by family",
  none: "unknown",
};

const matchLabel = ({ match, region_may_differ }: CatalogChange, side: "from" | "to") =>
  region_may_differ[side] ? otherRegion : matchLabels[match[side]];

const maxShown = 100;

/** The changes that a catalog makes to the catalogs' prices of registered models. */
export function CatalogChanges({ changes }: { changes: readonly CatalogChange[] }) {
  if (changes.length === 0) return <p>It changes no catalog price of a registered model.</p>;
  const rest = changes.length - maxShown;
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-panel">
      <table aria-label="Changes" className="w-full text-left">
        <thead>
          <tr className="text-sm text-ink-3">
            {["Model", "Listed", "USD per 1M tokens", "30 days, if synced"].map((name) => (
              <th key={name} scope="col" className="px-3 py-2 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, maxShown).map((change) => (
            <ChangeRow key={change.pk} change={change} />
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <p className="border-t border-line px-3 py-2 text-sm text-ink-3">
          And {pluralize(rest, "more model", "more models")}.
        </p>
      )}
    </div>
  );
}

function ChangeRow({ change }: { change: CatalogChange }) {
  const { pk, display_name, prices, effect } = change;
  const [from, to] = [matchLabel(change, "from"), matchLabel(change, "to")];
  return (
    <tr className="border-t border-line align-top">
      <th scope="row" className="px-3 py-2 font-medium">
        {display_name}
        <span className="block font-mono text-sm font-normal wrap-anywhere text-ink-3">{pk}</span>
      </th>
      <td className="px-3 py-2">{from === to ? to : `${from} → ${to}`}</td>
      <td className="px-3 py-2 whitespace-nowrap">
        {prices.length === 0 && <span className="text-ink-3">unchanged</span>}
        {prices.map((price) => (
          <span key={price.name} className="block">
            {fieldLabel(price.name, "model")}: {priceText(price.from)} → {priceText(price.to)}
          </span>
        ))}
      </td>
      <td className="px-3 py-2 whitespace-nowrap tabular-nums">
        {effect ? (
          `${formatMoney(effect.paid)} → ${formatMoney(effect.would_be)}`
        ) : (
          <span className="text-ink-3">–</span>
        )}
      </td>
    </tr>
  );
}

const priceText = (price: number | null) => (price === null ? "none" : formatPriceUsd(price, "1M"));
