import {
  type CapabilityName,
  probeInputTokens,
  probeMaxOutputTokens,
} from "@/lib/capabilities/schema";
import { formatCount, formatMoney } from "@/lib/format";
import { describeDoubt, type PriceDoubts } from "@/lib/prices/rules/price-doubts";

/** Tokens per model: estimated input, maximum output. */
export type Spending = { input: number; output: number };

export function probeSpending(names: readonly CapabilityName[]): Spending {
  return {
    input: names.reduce((sum, name) => sum + probeInputTokens[name], 0),
    output: names.length * probeMaxOutputTokens,
  };
}

type Priced = PriceDoubts & { input_price: number | null; output_price: number | null };

/** "about 460 tokens in and at most 3,072 out for each of 3 models, at most about $0.09" */
export function describeSpending(models: readonly Priced[], { input, output }: Spending): string {
  const each = models.length === 1 ? "" : ` for each of ${formatCount(models.length)}`;
  const tokens = `about ${formatCount(input)} tokens in and at most ${formatCount(output)} out${each}`;
  const priced = models.filter(
    ({ input_price, output_price }) => input_price !== null && output_price !== null,
  );
  if (priced.length === 0) return tokens;
  const usd = priced.reduce(
    (sum, model) =>
      sum + (input * (model.input_price ?? 0) + output * (model.output_price ?? 0)) / 1_000_000,
    0,
  );
  const rest = models.length - priced.length;
  const unpriced = rest > 0 ? ` and ${rest} not priced` : "";
  return `${tokens}, ${formatMoney(usd, { significantDigits: 3 })} at most${describeDoubts(priced)}${unpriced}`;
}

/** " (price of its family)", " (2 of them: price of its family)"; empty at the models' own prices. */
function describeDoubts(models: readonly Priced[]): string {
  const counts = new Map<string, number>();
  for (const model of models) {
    const doubt = describeDoubt(model);
    if (doubt) counts.set(doubt, (counts.get(doubt) ?? 0) + 1);
  }
  if (counts.size === 0) return "";
  const parts = [...counts].map(([doubt, count]) =>
    models.length === 1 ? doubt : `${formatCount(count)} of them: ${doubt}`,
  );
  return ` (${parts.join("; ")})`;
}
