import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isUnitApart,
  unitSuspect,
  usualPrice,
  usualPriceOfOthers,
} from "@/lib/prices/rules/price-guard";

const none = { catalog: null, usual: null, stored: null };

test("a price 1,000 times above or below the catalog is in the other unit", () => {
  const catalog = { ...none, catalog: 2.5 };
  expect(unitSuspect(0.0025, catalog)).toMatchObject({ meant: 2.5, known: { from: "catalog" } });
  expect(unitSuspect(2500, catalog)).toMatchObject({ meant: 2.5 });
  expect(unitSuspect(3, catalog)).toBeNull();
  expect(unitSuspect(0.25, catalog)).toBeNull();
});

test("any price in the other unit is detected and converted back exactly", () => {
  const price = fc.integer({ min: 1, max: 200_000_000 }).map((micro) => micro / 1_000_000);
  fc.assert(
    fc.property(price, fc.constantFrom(-3, 3), (known, decimals) => {
      const wrong = Number(`${known}e${decimals}`);
      fc.pre(wrong > 1e-9 && `${known}`.includes("e") === false);
      expect(unitSuspect(wrong, { ...none, catalog: known })?.meant).toBe(known);
      expect(unitSuspect(known, { ...none, catalog: known })).toBeNull();
    }),
  );
});

test("a price a million times below the known one is per token", () => {
  const perToken = { meant: 0.15, unit: "token" };
  expect(unitSuspect(1.5e-7, { ...none, catalog: 0.15 })).toMatchObject(perToken);
  expect(unitSuspect(1.5e-7, { ...none, stored: 0.1 })).toMatchObject(perToken);
  expect(unitSuspect(1.5e-7, { ...none, usual: 10 })).toMatchObject(perToken);
  expect(unitSuspect(1.5e-7, { ...none, usual: 0.01 })).toMatchObject(perToken);
  expect(unitSuspect(0.00015, { ...none, catalog: 0.15 })).toMatchObject({
    meant: 0.15,
    unit: "1K",
  });
});

test("a price below that of any model is per token, without anything to compare with", () => {
  expect(unitSuspect(1.5e-7, none)).toMatchObject({ meant: 0.15, unit: "token" });
  expect(unitSuspect(0.0006, none)).toMatchObject({ meant: 600, unit: "token" });
  expect(unitSuspect(0.0025, none)).toBeNull();
  // Another suspect price confirms nothing.
  expect(unitSuspect(0.15, { ...none, stored: 1.5e-7 })).toBeNull();
  expect(unitSuspect(1.5e-7, { ...none, stored: 1.5e-7 })).toMatchObject({ meant: 0.15 });
});

test("any price per token is detected and converted back exactly", () => {
  const price = fc.integer({ min: 1_000, max: 200_000_000 }).map((micro) => micro / 1_000_000);
  fc.assert(
    fc.property(price, fc.constantFrom("catalog", "stored", "usual"), (known, reference) => {
      const found = unitSuspect(Number(`${known}e-6`), { ...none, [reference]: known });
      expect(found).toMatchObject({ meant: known, unit: "token" });
    }),
  );
});

test("without a catalog price the stored one is the reference, unless siblings contradict it", () => {
  expect(unitSuspect(0.015, { ...none, stored: 15 })).toMatchObject({
    meant: 15,
    known: { from: "stored" },
  });
  expect(unitSuspect(15, { ...none, stored: 0.015, usual: 10 })).toBeNull();
});

test("siblings detect prices far outside the range of the provider's models", () => {
  const siblings = { ...none, usual: usualPrice([0.6, 10, 30, null, 0]) };
  expect(siblings.usual).toBe(10);
  expect(unitSuspect(15_000, siblings)).toMatchObject({ meant: 15, known: { from: "siblings" } });
  expect(unitSuspect(0.0006, siblings)).toMatchObject({ meant: 0.6 });
  expect(unitSuspect(0.06, siblings)).toBeNull();
  expect(unitSuspect(600, siblings)).toBeNull();
});

test("too few siblings, free models and missing prices raise no suspicion", () => {
  expect(usualPrice([1, 2, null, 0])).toBeNull();
  expect(unitSuspect(0, { ...none, catalog: 3 })).toBeNull();
  expect(unitSuspect(null, { ...none, catalog: 3 })).toBeNull();
  expect(unitSuspect(3000, { ...none, catalog: 0 })).toBeNull();
  expect(isUnitApart(0, 3)).toBe(false);
});

test("the median of the others is the same whether sorted once or per model", () => {
  const price = fc.constantFrom(null, 0, 0.1, 0.5, 1, 2, 10, 2500);
  fc.assert(
    fc.property(fc.array(price, { maxLength: 12 }), (prices) => {
      const usual = usualPriceOfOthers(prices);
      for (const [index, own] of prices.entries()) {
        expect(usual(own)).toBe(usualPrice(prices.toSpliced(index, 1)));
      }
    }),
  );
});
