import { CostAccumulator } from "@/lib/costs/rules/spend";
import { formatProviderName } from "@/lib/format";
import type { PriceHistory } from "@/lib/prices/rules/price-history";
import { providerIdOf } from "@/lib/providers/schema";
import { type UsageFigures, type UsageGroup, unknownKey } from "@/lib/usage/schema";
import type { Dimensions } from "./dimensions";
import type { UsageGrouping } from "./groupings";

/** Tokens by period of one set of dimensions, and their model. */
export type PricedSeries = {
  dimensions: Dimensions;
  input: number[];
  output: number[];
  model: { pk: string; name: string; history: PriceHistory | null };
};

type Periods = { start: number; period_seconds: number };
type Filter = Partial<Record<UsageGrouping, string>>;

const groupOf: Record<UsageGrouping, (series: PricedSeries) => { key: string; name: string }> = {
  provider: ({ dimensions: { provider } }) => {
    const id = provider ? providerIdOf(provider) : null;
    if (id) return { key: id, name: formatProviderName(id) };
    return named(provider);
  },
  model: ({ model }) => ({ key: model.pk, name: model.name }),
  agent: ({ dimensions: { agent } }) => named(agent),
};

function named(value: string | undefined) {
  return { key: value || unknownKey, name: value || unknownKey };
}

/**
 * Adds the tokens up by group and period, each priced as of the beginning of its period; the most
 * expensive group first.
 */
export function groupUsage(
  series: PricedSeries[],
  periods: Periods,
  grouping: UsageGrouping,
  filter: Filter,
): { total: UsageFigures; groups: UsageGroup[] } {
  const groups = new Map<string, { name: string; buckets: Map<number, CostAccumulator> }>();
  for (const entry of series.filter((each) => matches(each, filter))) {
    const { key, name } = groupOf[grouping](entry);
    const group = groups.get(key) ?? { name, buckets: new Map<number, CostAccumulator>() };
    groups.set(key, group);
    addSeries(group.buckets, entry, periods);
  }
  const total = new CostAccumulator();
  const summed = [...groups].map(([key, { name, buckets }]) => {
    const spend = new CostAccumulator();
    for (const bucket of buckets.values()) spend.include(bucket);
    total.include(spend);
    return { key, name, ...spend.figures(), series: pointsOf(buckets) };
  });
  const used = summed.filter(({ series: points }) => points.length > 0);
  return { total: total.figures(), groups: used.sort(byCost) };
}

function matches(series: PricedSeries, filter: Filter): boolean {
  // A filter has the keys of groupOf.
  const requested = Object.entries(filter) as [UsageGrouping, string | undefined][];
  return requested.every(([grouping, key]) => !key || groupOf[grouping](series).key === key);
}

function addSeries(
  buckets: Map<number, CostAccumulator>,
  { input, output, model }: PricedSeries,
  { start, period_seconds }: Periods,
): void {
  input.forEach((input_tokens, index) => {
    const output_tokens = output[index] ?? 0;
    if (input_tokens === 0 && output_tokens === 0) return;
    const at = start + index * period_seconds * 1000;
    const bucket = buckets.get(at) ?? new CostAccumulator();
    bucket.add({ input_tokens, output_tokens }, model.history?.(at) ?? null);
    buckets.set(at, bucket);
  });
}

function pointsOf(buckets: Map<number, CostAccumulator>) {
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([at, spend]) => ({ at: new Date(at).toISOString(), ...spend.figures() }));
}

function byCost(a: UsageGroup, b: UsageGroup): number {
  const tokens = (figures: UsageFigures) => figures.input_tokens + figures.output_tokens;
  return (
    (b.cost_usd ?? -1) - (a.cost_usd ?? -1) || tokens(b) - tokens(a) || (a.key < b.key ? -1 : 1)
  );
}
