import { formatContextWindow, formatPriceUsd } from "@/lib/format";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { priceFields } from "./form-values";
import { priceLabel } from "./price-words";

type Tiers = NonNullable<ModelPriceFacts["catalog"]>["tiers"];

/** What the provider charges for long inputs: it holds for the whole request. */
export function PriceTiers({ tiers, unit }: { tiers: Tiers; unit: PriceUnit }) {
  return (
    <section aria-label="Long context" className="mt-2 rounded-md bg-sunken px-2.5 py-2 text-sm">
      <h4 className="font-medium">Long context, in the catalog</h4>
      <ul>
        {tiers.map((tier) => (
          <li key={tier.above_input_tokens} className="text-ink-2">
            Above {formatContextWindow(tier.above_input_tokens)} input tokens the whole request
            costs{" "}
            {priceFields
              .flatMap((name) => {
                const price = tier[name];
                const label = priceLabel(name).toLowerCase();
                return price === null ? [] : `${formatPriceUsd(price, unit)} ${label}`;
              })
              .join(", ")}{" "}
            per {unit}.
          </li>
        ))}
      </ul>
      <p className="mt-1 text-ink-3">
        The registry keeps the base tier: costs of longer requests are higher than shown.
      </p>
    </section>
  );
}
