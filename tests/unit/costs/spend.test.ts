import fc from "fast-check";
import { expect, test } from "vitest";
import { CostAccumulator } from "@/lib/costs/rules/spend";
import { sumOf } from "@/lib/costs/rules/what-if";
import {
  type PriceRecord,
  type PricesAtTime,
  priceHistory,
  priceSteps,
} from "@/lib/prices/rules/price-history";

const at = (day: number) => Date.UTC(2026, 10, day);
const iso = (day: number) => new Date(at(day)).toISOString();
const flat = (input: number | null, output: number | null): PricesAtTime => ({
  input_price: { price: input, assumed: false },
  output_price: { price: output, assumed: false },
});

/** Tokens and prices as whole numbers: cents of a millionth in the price. */
const part = fc.record({
  input: fc.nat(2_000_000_000),
  output: fc.nat(2_000_000_000),
  inCents: fc.nat(9_999),
  outCents: fc.nat(9_999),
});

test("a sum of any parts, in any order, is exact to far less than a millionth of a cent", () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const spendOf = (some: typeof parts) => {
        const spend = new CostAccumulator();
        for (const { input, output, inCents, outCents } of some) {
          const prices = flat(inCents / 100, outCents / 100);
          spend.add({ input_tokens: input, output_tokens: output }, prices);
        }
        return spend;
      };
      const exact = parts.reduce(
        (sum, { input, output, inCents, outCents }) =>
          sum + BigInt(input) * BigInt(inCents) + BigInt(output) * BigInt(outCents),
        0n,
      );
      const whole = spendOf(parts).figures();
      expect(whole.cost_usd).toBe(Number(`${exact}e-8`));
      expect(spendOf(parts.toReversed()).figures()).toEqual(whole);
      const joined = spendOf(parts.slice(0, 7));
      joined.include(spendOf(parts.slice(7)));
      expect(joined.figures()).toEqual(whole);
    }),
  );
});

test("tokens without a price are counted and never free", () => {
  const spend = new CostAccumulator();
  spend.add({ input_tokens: 10, output_tokens: 20 }, null);
  expect(spend.figures()).toMatchObject({ cost_usd: null, unpriced_tokens: 30 });
  spend.add({ input_tokens: 1_000_000, output_tokens: 5 }, flat(3, null));
  expect(spend.figures()).toEqual({
    input_tokens: 1_000_010,
    output_tokens: 25,
    cost_usd: 3,
    unpriced_tokens: 35,
    assumed_tokens: 0,
    derived_tokens: 0,
    unregistered_tokens: 0,
  });
  expect(new CostAccumulator().figures().cost_usd).toBe(0);
});

test("a free model has a known cost of zero", () => {
  const spend = new CostAccumulator();
  spend.add({ input_tokens: 10, output_tokens: 20 }, flat(0, 0));
  expect(spend.figures()).toMatchObject({ cost_usd: 0, unpriced_tokens: 0 });
});

test("the price in force at the time applies, and the first known one before it, assumed", () => {
  const history = priceHistory(
    [
      { in_force_from: iso(15), prices: { input_price: 1 } },
      { in_force_from: iso(5), prices: { input_price: 3, output_price: 15 } },
    ],
    { input_price: 1, output_price: 15, updated_at: iso(15) },
  );
  expect(history(at(1)).input_price).toEqual({ price: 3, assumed: true });
  expect(history(at(14)).input_price).toEqual({ price: 3, assumed: false });
  expect(history(at(15)).input_price).toEqual({ price: 1, assumed: false });
  expect(history(at(20)).output_price).toEqual({ price: 15, assumed: false });
});

test("without records the current price is assumed for all time, and without a row nothing is priced", () => {
  const present = { input_price: 2.5, output_price: null, updated_at: null };
  const history = priceHistory([], present);
  expect(history(0).input_price).toEqual({ price: 2.5, assumed: true });
  expect(history(0).output_price.price).toBeNull();
  expect(priceHistory([], null)(0).input_price).toEqual({ price: null, assumed: false });
});

test("the first price is assumed for earlier times, and a removed price ends", () => {
  const history = priceHistory(
    [
      { in_force_from: iso(1), prices: { input_price: null, output_price: 4 } },
      { in_force_from: iso(10), prices: { input_price: 2 } },
      { in_force_from: iso(20), prices: { output_price: null } },
    ],
    null,
  );
  expect(history(at(5)).input_price).toEqual({ price: 2, assumed: true });
  expect(history(at(12)).input_price).toEqual({ price: 2, assumed: false });
  expect(history(at(21)).output_price).toEqual({ price: null, assumed: false });
});

test("a price that others wrote after the last record holds from then on, assumed", () => {
  const records = [{ in_force_from: iso(5), prices: { input_price: 3, output_price: 15 } }];
  const present = { input_price: 8, output_price: 15, updated_at: iso(12) };
  const history = priceHistory(records, present);
  expect(history(at(11)).input_price).toEqual({ price: 3, assumed: false });
  expect(history(at(12)).input_price).toEqual({ price: 8, assumed: true });
  expect(history(at(13)).output_price).toEqual({ price: 15, assumed: false });
});

test("price steps say since when each price holds, cache prices included", () => {
  const records = [
    { in_force_from: iso(5), prices: { cache_read_price: 0.3 } },
    { in_force_from: iso(9), prices: { cache_read_price: 0.25, input_price: 2 } },
  ];
  const present = { cache_read_price: 0.25, updated_at: iso(9) };
  expect(priceSteps("cache_read_price", records, present)).toEqual([
    { from: Number.NEGATIVE_INFINITY, price: 0.3, assumed: true },
    { from: at(5), price: 0.3, assumed: false },
    { from: at(9), price: 0.25, assumed: false },
  ]);
  expect(priceSteps("cache_read_price", [], present)).toEqual([
    { from: Number.NEGATIVE_INFINITY, price: 0.25, assumed: true },
  ]);
});

test("an undated external change leaves the recorded price in force, assumed", () => {
  const records = [
    { in_force_from: iso(3), prices: { input_price: 2, output_price: 8 } },
    { in_force_from: iso(10), prices: { input_price: 3 } },
  ];
  const row = { input_price: 9, output_price: 8, updated_at: iso(10) };
  const history = priceHistory(records, row);
  expect(history(at(12))).toEqual({
    input_price: { price: 3, assumed: true },
    output_price: { price: 8, assumed: false },
  });
  expect(history(at(9)).input_price).toEqual({ price: 2, assumed: false });
  // A list that is some seconds behind the record shows the price before it.
  const behind = { input_price: 2, output_price: 8, updated_at: iso(9) };
  expect(priceHistory(records, behind)(at(12)).input_price).toEqual({ price: 3, assumed: false });
});

test("a repricing replaces what earlier records say of its time, and nothing before it", () => {
  const records = [
    { in_force_from: iso(2), prices: { input_price: 2 } },
    { in_force_from: iso(10), prices: { input_price: 20 } },
    {
      in_force_from: iso(6),
      recorded_at: iso(12),
      origin: "repriced" as const,
      prices: { input_price: 3 },
    },
  ];
  const priceOn = (day: number, all: PriceRecord[] = records) =>
    priceHistory(all, null)(at(day)).input_price.price;
  expect([1, 5, 6, 11, 13].map((day) => priceOn(day))).toEqual([2, 2, 3, 3, 3]);
  const undone = [...records, { in_force_from: iso(14), undoes: iso(12), prices: {} }];
  expect([1, 5, 6, 11, 13].map((day) => priceOn(day, undone))).toEqual([2, 2, 2, 20, 20]);
  const later = [...records, { in_force_from: iso(15), prices: { input_price: 4 } }];
  expect([6, 14, 15].map((day) => priceOn(day, later))).toEqual([3, 3, 4]);
});

test("a first price with a date leaves the time before it without a price", () => {
  const records = [
    { in_force_from: iso(1), prices: { input_price: null } },
    {
      in_force_from: iso(5),
      recorded_at: iso(9),
      origin: "repriced" as const,
      prices: { input_price: 3 },
    },
  ];
  const history = priceHistory(records, null);
  expect(history(at(4)).input_price.price).toBeNull();
  expect(history(at(5)).input_price).toEqual({ price: 3, assumed: false });
});

test("a price in force from later on is replaced by a change before that time", () => {
  const records = [
    { in_force_from: iso(1), prices: { input_price: 1 } },
    {
      in_force_from: iso(20),
      recorded_at: iso(5),
      origin: "repriced" as const,
      prices: { input_price: 2 },
    },
  ];
  expect(priceHistory(records, null)(at(21)).input_price.price).toBe(2);
  const changed = [...records, { in_force_from: iso(8), prices: { input_price: 3 } }];
  expect(priceHistory(changed, null)(at(21)).input_price.price).toBe(3);
});

test("the part of a cost at a price by family, or at a base price, is counted apart", () => {
  const price = { price: 2, assumed: false };
  const spend = new CostAccumulator();
  const tokens = { input_tokens: 600_000, output_tokens: 1_000_000 };
  spend.add(tokens, { input_price: { ...price, other: "by_family" }, output_price: price });
  expect(spend.figures()).toMatchObject({ cost_usd: 3.2, by_family_usd: 1.2 });
  expect(spend.figures()).not.toHaveProperty("base_price_usd");
  const region = new CostAccumulator();
  region.add(tokens, { input_price: price, output_price: { ...price, other: "base_price" } });
  region.include(spend);
  expect(region.figures()).toMatchObject({ cost_usd: 6.4, by_family_usd: 1.2, base_price_usd: 2 });
  expect(sumOf([region.figures(), spend.figures()])).toMatchObject({
    by_family_usd: 2.4,
    base_price_usd: 2,
  });
});

test("a price by family is one until an admin confirms it, and what it was before stays recorded", () => {
  const family = {
    set_by: "alice",
    source: "catalog" as const,
    layer: "npm" as const,
    as_of: "2026-09-23",
    match: "family" as const,
    region_may_differ: false,
  };
  const records: PriceRecord[] = [
    { in_force_from: iso(1), prices: { input_price: 1 }, provenance: { input_price: family } },
    { in_force_from: iso(5), prices: { input_price: 3 }, provenance: { input_price: family } },
  ];
  const present = { input_price: 3, output_price: null, updated_at: iso(5) };
  const marked = priceHistory(records, { ...present, priced_by_family: ["input_price"] });
  expect(marked(at(2)).input_price).toEqual({ price: 1, assumed: false, other: "by_family" });
  expect(marked(at(6)).input_price).toEqual({ price: 3, assumed: false, other: "by_family" });
  const confirmed = priceHistory(records, present);
  expect(confirmed(at(2)).input_price).toMatchObject({ other: "by_family" });
  expect(confirmed(at(6)).input_price).toEqual({ price: 3, assumed: false });
  const region = priceHistory([], { ...present, price_region_may_differ: true });
  expect(region(at(6)).input_price).toMatchObject({ price: 3, other: "base_price" });
});
