import { CostAccumulator } from "@/lib/costs/rules/spend";
import { formatProviderName } from "@/lib/format";
import { providerIdOf } from "@/lib/providers/schema";
import {
  type OtherEnvironment,
  type UsageFigures,
  type UsageGroup,
  unknownKey,
} from "@/lib/usage/schema";
import type { Dimensions } from "./dimensions";
import type { UsageGrouping } from "./groupings";
import type { PricedSeries, Slot } from "./priced-series";

type Filter = Partial<Record<UsageGrouping, string>>;
type KeyAndName = { key: string; name: string };

const groupOf: Record<UsageGrouping, (series: PricedSeries, at: number) => KeyAndName> = {
  provider: ({ models: { provider } }) => {
    const id = provider ? providerIdOf(provider) : null;
    if (id) return { key: id, name: formatProviderName(id) };
    return named(provider);
  },
  model: ({ models }, at) => {
    const { pk, name } = models.modelAt(at);
    return { key: pk, name };
  },
  agent: ({ dimensions: { agent } }) => named(agent),
};

function named(value: string | undefined) {
  return { key: value || unknownKey, name: value || unknownKey };
}

/** Sums the tokens by group and period, the most expensive group first. */
export function groupUsage(
  series: PricedSeries[],
  grouping: UsageGrouping,
  filter: Filter,
): { total: UsageFigures; groups: UsageGroup[] } {
  const groups = new Map<string, { name: string; buckets: Map<number, CostAccumulator> }>();
  for (const entry of series) {
    for (const slot of entry.slots) {
      if (!matches(entry, slot, filter)) continue;
      const { key, name } = groupOf[grouping](entry, slot.pricedAt);
      const group = groups.get(key) ?? { name, buckets: new Map<number, CostAccumulator>() };
      groups.set(key, group);
      const bucket = group.buckets.get(slot.at) ?? new CostAccumulator();
      group.buckets.set(slot.at, bucket);
      addSlot(bucket, entry, slot);
    }
  }
  const total = new CostAccumulator();
  const summed = [...groups].map(([key, { name, buckets }]) => {
    const spend = new CostAccumulator();
    for (const bucket of buckets.values()) spend.include(bucket);
    total.include(spend);
    return { key, name, ...spend.figures(), series: pointsOf(buckets) };
  });
  return { total: total.figures(), groups: summed.sort(byCost) };
}

/** Adds the tokens at the prices in force at that time. */
export function addSlot(
  spend: CostAccumulator,
  { models, isRegistered, tooLow }: PricedSeries,
  slot: Slot,
): void {
  const { pricedAt, input: input_tokens, output: output_tokens } = slot;
  const { pk, history } = models.modelAt(pricedAt);
  const prices = history?.(pricedAt) ?? null;
  const { isDerived } = models;
  spend.add({ input_tokens, output_tokens }, prices, {
    isDerived,
    isRegistered,
    tooLow: tooLow?.(pk, prices) ?? [],
  });
}

type Foreign = { environment: string; dimensions: Dimensions; input: number[]; output: number[] };

/** Tokens of other environments, the largest first. */
export function otherEnvironments(foreign: readonly Foreign[]): OtherEnvironment[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const environments = new Map<string, OtherEnvironment>();
  for (const { environment, dimensions, input, output } of foreign) {
    if (sum(input) + sum(output) === 0) continue;
    const before = environments.get(environment);
    const agents = new Set([...(before?.agents ?? []), dimensions.agent || unknownKey]);
    environments.set(environment, {
      environment,
      input_tokens: (before?.input_tokens ?? 0) + sum(input),
      output_tokens: (before?.output_tokens ?? 0) + sum(output),
      agents: [...agents].sort(),
    });
  }
  const tokens = (entry: OtherEnvironment) => entry.input_tokens + entry.output_tokens;
  return [...environments.values()].sort((a, b) => tokens(b) - tokens(a));
}

function matches(series: PricedSeries, { pricedAt }: Slot, filter: Filter): boolean {
  // A filter has the keys of groupOf.
  const requested = Object.entries(filter) as [UsageGrouping, string | undefined][];
  return requested.every(
    ([grouping, key]) => !key || groupOf[grouping](series, pricedAt).key === key,
  );
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
