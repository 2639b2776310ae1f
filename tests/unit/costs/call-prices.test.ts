import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pricesOfCall, type RowPrices } from "@/lib/costs/rules/call-prices";
import { costOf } from "@/lib/costs/rules/cost";
import { isWithin, type PriceWindow } from "@/lib/prices/rules/catalog-model";

const row: RowPrices = {
  input_price: 1,
  output_price: 5,
  cache_read_price: null,
  cache_write_price: 1.25,
};
const listed = {
  input_price: 1,
  output_price: 5,
  cache_read_price: 0.1,
  cache_write_price: 1.25,
  cache_write_1h_price: 2,
  match: "exact" as const,
  region_may_differ: false,
  windows: [] as PriceWindow[],
  tiers: [
    {
      above_input_tokens: 200_000,
      input_price: 2,
      output_price: 7.5,
      cache_read_price: 0.2,
      cache_write_price: 2.5,
      cache_write_1h_price: 4,
    },
  ],
};
const peak: PriceWindow = {
  from: "01:00",
  to: "04:00",
  days: "weekdays",
  prices: {
    input_price: 2,
    output_price: 10,
    cache_read_price: 0.2,
    cache_write_price: 2.5,
    cache_write_1h_price: null,
  },
};
const noon = new Date("2026-11-27T12:00:00Z");
const call = (input_tokens: number | null, at: Date | null = noon) => ({ input_tokens, at });

describe("pricesOfCall", () => {
  it("takes the long-context prices above the threshold, and not at it", () => {
    const at = pricesOfCall(row, listed, call(200_000));
    const above = pricesOfCall(row, listed, call(200_001));
    expect(at).toMatchObject({ input_price: 1, output_price: 5, above_input_tokens: null });
    expect(above).toMatchObject({
      input_price: 2,
      output_price: 7.5,
      cache_read_price: 0.2,
      cache_write_price: 2.5,
      cache_write_1h_price: 4,
      above_input_tokens: 200_000,
    });
  });

  it("keeps a price of the row's own, whatever the length and the hour", () => {
    const negotiated = { ...row, input_price: 0.8, output_price: 4, cache_write_price: 1 };
    const found = pricesOfCall(negotiated, { ...listed, windows: [peak] }, call(1_000_000, null));
    expect(found).toEqual({
      ...negotiated,
      cache_write_1h_price: null,
      above_input_tokens: null,
      hours: null,
    });
  });

  it("decides input and output separately", () => {
    const found = pricesOfCall({ ...row, output_price: 4 }, listed, call(300_000));
    expect(found).toMatchObject({ input_price: 2, output_price: 4, above_input_tokens: 200_000 });
  });

  it("knows nothing of a model that is listed by its family only", () => {
    const family = { ...listed, match: "family" as const };
    expect(pricesOfCall(row, family, call(300_000))).toMatchObject({ ...row, hours: null });
    const region = { ...family, region_may_differ: true };
    expect(pricesOfCall(row, region, call(300_000)).input_price).toBe(2);
  });

  it("takes the prices of the hour in which a call begins", () => {
    const timed = { ...listed, windows: [peak] };
    const friday = new Date("2026-11-27T03:59:59Z");
    expect(pricesOfCall(row, timed, call(10, friday))).toMatchObject({
      input_price: 2,
      output_price: 10,
      hours: peak,
    });
    const saturday = new Date("2026-11-28T03:59:59Z");
    expect(pricesOfCall(row, timed, call(10, saturday))).toMatchObject({
      input_price: 1,
      hours: null,
    });
    expect(pricesOfCall(row, timed, call(10, null)).input_price).toBe(2);
  });

  it("prices tokens that are written for an hour at their own price", () => {
    const usage = {
      input_tokens: 1_000_000,
      output_tokens: 0,
      cache_write_tokens: 1_000_000,
      cache_write_1h_tokens: 400_000,
    };
    const short = { ...listed, tiers: [] };
    expect(costOf(usage, pricesOfCall(row, short, call(1_000_000)))).toBe(0.75 + 0.8);
    // Without a price for an hour, all that is written costs the same.
    expect(costOf(usage, row)).toBe(1.25);
  });

  it("costs no less with more input, whatever the tier, while tiers cost more", () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000_000), fc.nat(100_000), (a, more, output) => {
        const cost = (input_tokens: number) =>
          costOf(
            { input_tokens, output_tokens: output },
            pricesOfCall(row, listed, call(input_tokens)),
          ) ?? Number.NaN;
        expect(cost(a + more)).toBeGreaterThanOrEqual(cost(a));
        expect(cost(a)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("never costs a negative amount, whatever a provider reports", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.nat(), (input, read, written, hour) => {
        const usage = {
          input_tokens: input,
          output_tokens: 0,
          cache_read_tokens: read,
          cache_write_tokens: written,
          cache_write_1h_tokens: hour,
        };
        expect(costOf(usage, pricesOfCall(row, listed, call(input)))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("isWithin", () => {
  const overnight = { ...peak, from: "22:00", to: "06:00" };
  const friday = (time: string) => new Date(`2026-11-27T${time}Z`);
  const saturday = (time: string) => new Date(`2026-11-28T${time}Z`);
  const monday = (time: string) => new Date(`2026-11-30T${time}Z`);

  it("includes the first minute and not the last", () => {
    const found = ["00:59:59", "01:00:00", "03:59:59", "04:00:00"].map((time) =>
      isWithin(peak, friday(time)),
    );
    expect(found).toEqual([false, true, true, false]);
  });

  it("counts the hours after midnight to the day before", () => {
    expect(isWithin(overnight, friday("23:00:00"))).toBe(true);
    expect(isWithin(overnight, saturday("05:00:00"))).toBe(true);
    expect(isWithin(overnight, saturday("23:00:00"))).toBe(false);
    expect(isWithin(overnight, monday("05:00:00"))).toBe(false);
    expect(isWithin({ ...overnight, days: "every_day" }, monday("05:00:00"))).toBe(true);
  });
});
