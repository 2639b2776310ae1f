import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exactPrice,
  perMillion,
  perThousand,
  readLegacyPrice,
  writeLegacyPrice,
} from "@/lib/prices/rules/price";

/** Prices as people write them: up to 9,999.999999 USD, at most six decimals. */
const prices = fc
  .tuple(fc.integer({ min: 0, max: 9_999_999_999 }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, decimals]) => Number(`${digits}e-${decimals}`))
  .filter((price) => price < 10_000);
const positivePrices = prices.filter((price) => price > 0);

describe("perThousand and perMillion", () => {
  it.each([
    [0.15, 0.00015],
    [3, 0.003],
    [15, 0.015],
    [0.8, 0.0008],
    [0.035, 0.000035],
    [0.07, 0.00007],
    [1.1, 0.0011],
    [0, 0],
  ])("%d per 1M is %d per 1K, and back", (per1M, per1K) => {
    expect(perThousand(per1M)).toBe(per1K);
    expect(perMillion(per1K)).toBe(per1M);
  });

  it("shifts any price there and back without drift", () => {
    fc.assert(fc.property(prices, (price) => perMillion(perThousand(price)) === price));
  });

  it("shifts by moving the decimal point and nothing else", () => {
    fc.assert(fc.property(prices, (price) => perThousand(price) === Number(`${price}e-3`)));
  });
});

describe("exactPrice", () => {
  it("keeps all digits of a stored price in a field", () => {
    expect(exactPrice(0.1 + 0.2, "1M")).toBe("0.30000000000000004");
  });

  it.each([
    [0.8, "1M", "0.80"],
    [1204.5, "1M", "1204.50"],
    [0.0375, "1K", "0.0000375"],
  ] as const)("writes %d per %s as %s: no grouping, no exponent", (price, unit, text) => {
    expect(exactPrice(price, unit)).toBe(text);
  });
});

describe("readLegacyPrice", () => {
  it.each([
    [3, 3, "1M", 3],
    [0.003, 3, "1K", 3],
    [0.15, 0.15, "1M", 0.15],
    [0.00015, 0.15, "1K", 0.15],
    [0.035, 0.035, "1M", 0.035],
    [1, 0.8, "1M", 1],
    [0.0025, 3, "1K", 2.5],
    // Both readings fit a threshold badly; the catalog decides where 0.02 would not.
    [0.01, 0.01, "1M", 0.01],
    [0.15, 150, "1K", 150],
  ] as const)("reads %d beside a catalog price of %d as per %s", (stored, catalog, unit, price) => {
    expect(readLegacyPrice(stored, catalog)).toEqual({ price, unit, assumed: false });
  });

  it.each([
    [0.02, "1M", 0.02],
    [10, "1M", 10],
    [0.019999, "1K", 19.999],
    [0.00015, "1K", 0.15],
  ] as const)("assumes without a catalog price that %d is per %s", (stored, unit, price) => {
    expect(readLegacyPrice(stored, null)).toEqual({ price, unit, assumed: true });
  });

  it("reads 0 as 0 in any unit", () => {
    expect(readLegacyPrice(0, null)).toEqual({ price: 0, unit: "1M", assumed: false });
    expect(readLegacyPrice(0, 3)).toEqual({ price: 0, unit: "1M", assumed: false });
  });

  it("ignores a catalog price of 0", () => {
    expect(readLegacyPrice(0.5, 0)).toEqual({ price: 0.5, unit: "1M", assumed: true });
  });

  it("keeps the sign of a negative number for the caller to reject", () => {
    expect(readLegacyPrice(-3, null).price).toBe(-3);
  });

  it("recovers the price from either unit", () => {
    fc.assert(
      fc.property(positivePrices, fc.constantFrom("1M" as const, "1K" as const), (price, unit) => {
        const stored = writeLegacyPrice(price, unit);
        expect(readLegacyPrice(stored, price)).toEqual({ price, unit, assumed: false });
      }),
    );
  });

  it("picks the reading nearer to the catalog price on a log scale", () => {
    fc.assert(
      fc.property(positivePrices, positivePrices, (stored, catalog) => {
        const distance = (reading: number) => Math.abs(Math.log(reading) - Math.log(catalog));
        const { price } = readLegacyPrice(stored, catalog);
        const nearest = Math.min(distance(stored), distance(perMillion(stored)));
        expect(distance(price)).toBeCloseTo(nearest, 9);
      }),
    );
  });
});
