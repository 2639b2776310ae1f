import fc from "fast-check";
import { expect, test } from "vitest";
import { priceHistory } from "@/lib/prices/rules/price-history";
import {
  dayMs,
  daysToSplit,
  hourMs,
  type PricedSeries,
  slotsOf,
} from "@/lib/usage/rules/priced-series";
import { groupUsage } from "@/lib/usage/rules/report";
import { always, modelTimeline } from "@/lib/usage/rules/timeline";
import type { UsageGroup } from "@/lib/usage/schema";

const start = Date.UTC(2026, 10, 1);
const days = 4;
const end = start + days * dayMs;
const byHour = { start, end, period_seconds: 3600 } as const;
const byDay = { start, end, period_seconds: 86_400 } as const;

const time = fc.integer({ min: start - dayMs, max: end }).map((at) => new Date(at).toISOString());
const cents = fc.option(fc.nat(2_000).map((price) => price / 100));
const record = fc.record({
  in_force_from: time,
  prices: fc.record({ input_price: cents, output_price: cents }),
});
const tokens = fc.array(fc.nat(3_000_000), { minLength: days * 24, maxLength: days * 24 });
const metric = fc.record({
  provider: fc.constantFrom("openai", "anthropic"),
  agent: fc.constantFrom("a", "b", "c"),
  input: tokens,
  output: tokens,
  records: fc.array(record, { maxLength: 5 }),
  former: fc.array(record, { maxLength: 2 }),
  takesOver: fc.integer({ min: start, max: end }),
});
type Metric = typeof metric extends fc.Arbitrary<infer Value> ? Value : never;

function seriesOf(all: Metric[], window: typeof byHour | typeof byDay): PricedSeries[] {
  return all.map(({ provider, agent, input, output, records, former, takesOver }, index) => {
    const dimensions = { provider, agent, model: `m${index}` };
    const usage = (pk: string, history: typeof records) => {
      return { pk, name: pk, history: priceHistory(history, null) };
    };
    const models = modelTimeline(
      [
        { ...always, start: takesOver, model: usage(`now-${index}`, records) },
        { ...always, model: usage(`before-${index}`, former) },
      ],
      provider,
      false,
    );
    const ofDay = (values: number[], at: number) =>
      values.slice((at - start) / hourMs, (at - start) / hourMs + 24);
    const isRegistered = index % 2 === 0;
    if (window === byHour) {
      return { dimensions, models, isRegistered, slots: slotsOf({ input, output }, window) };
    }
    const hours = daysToSplit(models, window).map(
      (at) => [at, { input: ofDay(input, at), output: ofDay(output, at) }] as const,
    );
    const sumOf = (values: number[]) =>
      Array.from({ length: days }, (_, day) =>
        ofDay(values, start + day * dayMs).reduce((sum, value) => sum + value, 0),
      );
    const inDays = { input: sumOf(input), output: sumOf(output) };
    return { dimensions, models, isRegistered, slots: slotsOf(inDays, window, new Map(hours)) };
  });
}

const usd = (figures: { cost_usd: number | null }[]) =>
  Math.round(figures.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0) * 1e6);
const sorted = (groups: UsageGroup[]) =>
  groups.map(({ series: _, ...figures }) => figures).sort((a, b) => (a.key < b.key ? -1 : 1));

test("costs agree at every zoom and in every grouping, wherever prices and rows change", () => {
  fc.assert(
    fc.property(fc.array(metric, { minLength: 1, maxLength: 4 }), (all) => {
      const [hours, inDays] = [seriesOf(all, byHour), seriesOf(all, byDay)];
      const total = groupUsage(hours, "agent", {}).total;
      for (const grouping of ["provider", "model", "agent"] as const) {
        const fine = groupUsage(hours, grouping, {});
        const coarse = groupUsage(inDays, grouping, {});
        expect(fine.total).toEqual(total);
        expect(coarse.total).toEqual(total);
        expect(sorted(coarse.groups)).toEqual(sorted(fine.groups));
        expect(usd(fine.groups)).toBeCloseTo(usd([total]), -1);
        for (const group of coarse.groups) {
          const points = fine.groups.find(({ key }) => key === group.key)?.series ?? [];
          expect(usd(group.series)).toBeCloseTo(usd(points), -1);
          for (const day of group.series) {
            const within = points.filter(({ at }) => at.slice(0, 10) === day.at.slice(0, 10));
            expect(usd(within)).toBeCloseTo(usd([day]), -1);
            expect(within.reduce((sum, point) => sum + point.unpriced_tokens, 0)).toBe(
              day.unpriced_tokens,
            );
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("only days with a change are read by the hour", () => {
  const changes = [start - hourMs, start, start + dayMs + 1, start + 2 * dayMs - 1, end + hourMs];
  expect(daysToSplit({ changes }, byDay)).toEqual([start + dayMs]);
  expect(daysToSplit({ changes }, byHour)).toEqual([]);
});
