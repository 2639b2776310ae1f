import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeCallPrices } from "@/lib/costs/rules/call-price-labels";
import { joinCallPriceNotes } from "@/lib/costs/rules/call-price-notes";
import { callPriceNotes, pricesOfCall, type RowPrices } from "@/lib/costs/rules/call-prices";
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

  it("costs the exact sum at the prices of its length, its hour, and what is cached how long", () => {
    // Input, cache read, cache write, cache write of an hour, output: cents per 1M tokens.
    const base = [100n, 10n, 125n, 200n, 500n] as const;
    const long = [200n, 20n, 250n, 400n, 750n] as const;
    // No catalog lists the peak price of an hour's writes, so theirs stays.
    const atPeak = [200n, 20n, 250n, 200n, 1000n] as const;
    const times = fc.date({
      min: new Date("2026-01-01T00:00:00Z"),
      max: new Date("2027-01-01T00:00:00Z"),
      noInvalidDate: true,
    });
    const part = fc.nat(150_000);
    fc.assert(
      fc.property(part, part, part, part, part, times, (fresh, read, short, hour, output, at) => {
        const input_tokens = fresh + read + short + hour;
        const usage = {
          input_tokens,
          output_tokens: output,
          cache_read_tokens: read,
          cache_write_tokens: short + hour,
          cache_write_1h_tokens: hour,
        };
        const isWeekday = at.getUTCDay() >= 1 && at.getUTCDay() <= 5;
        const isPeak = isWeekday && at.getUTCHours() >= 1 && at.getUTCHours() < 4;
        const cents = input_tokens > 200_000 ? long : isPeak ? atPeak : base;
        const exact = [fresh, read, short, hour, output].reduce(
          (sum, tokens, index) => sum + BigInt(tokens) * (cents[index] ?? 0n),
          0n,
        );
        const prices = pricesOfCall(row, { ...listed, windows: [peak] }, call(input_tokens, at));
        expect(costOf(usage, prices)).toBe(Number(`${exact}e-8`));
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

describe("callPriceNotes", () => {
  const notesOf = (some: Partial<typeof listed>, tokens: number, at = noon, isByFamily = false) => {
    const found = { ...listed, ...some };
    const prices = pricesOfCall(row, found, call(tokens, at));
    return callPriceNotes(row, found, prices, isByFamily);
  };
  const night = new Date("2026-11-27T02:00:00Z");

  it("says nothing of a model's own base prices", () => {
    expect(describeCallPrices(notesOf({}, 200_000))).toEqual([]);
  });

  it("says that a call is long, or began at dearer or cheaper hours", () => {
    expect(describeCallPrices(notesOf({}, 200_001))).toEqual([
      "long-context price, above 200K input tokens",
    ]);
    expect(describeCallPrices(notesOf({ windows: [peak] }, 10, night))).toEqual([
      "peak hours, 01:00–04:00 UTC",
    ]);
    const cheap = { ...peak, prices: { ...peak.prices, input_price: 0.5, output_price: 2 } };
    expect(describeCallPrices(notesOf({ windows: [cheap] }, 10, night))).toEqual([
      "off-peak hours, 01:00–04:00 UTC",
    ]);
  });

  it("tells the base price of another region from the price of a family", () => {
    expect(describeCallPrices(notesOf({}, 10, noon, true))).toEqual(["price of its family"]);
    expect(describeCallPrices(notesOf({ region_may_differ: true }, 10, noon, true))).toEqual([
      "base price; this region may differ",
    ]);
  });

  it("holds of several calls what holds of any of them", () => {
    const calls = [
      {},
      notesOf({}, 300_000),
      notesOf({ windows: [peak] }, 10, night),
      notesOf({}, 10, noon, true),
    ];
    expect(describeCallPrices(joinCallPriceNotes(calls))).toEqual([
      "price of its family",
      "long-context price, above 200K input tokens",
      "peak hours, 01:00–04:00 UTC",
    ]);
    expect(joinCallPriceNotes([{}, {}])).toEqual({});
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

  it("divides every day between a window and the hours outside it", () => {
    const minute = fc.nat(24 * 60 - 1);
    const clock = (at: number) =>
      `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
    fc.assert(
      fc.property(minute, minute, fc.nat(366 * 24 * 60), (from, to, at) => {
        fc.pre(from !== to);
        const window = { ...peak, days: "every_day" as const, from: clock(from), to: clock(to) };
        const time = new Date(Date.UTC(2026, 0, 1, 0, at));
        const others = { ...window, from: window.to, to: window.from };
        expect(isWithin(window, time)).toBe(!isWithin(others, time));
      }),
    );
  });
});
