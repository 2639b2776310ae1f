import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf } from "@/lib/costs/rules/cost";
import { loadBuiltInCatalog } from "@/lib/prices/catalog-repository";
import { perMillion, perThousand, writeLegacyPrice } from "@/lib/prices/rules/price";

const prices = {
  input_price: 3,
  output_price: 15,
  cache_read_price: 0.3,
  cache_write_price: 3.75,
};
const onlyBase = { ...prices, cache_read_price: null, cache_write_price: null };
const tokens = fc.nat({ max: 10_000_000 });
/** Prices as providers write them: at most six decimals. */
const price = fc.nat({ max: 200_000_000 }).map((micro) => micro / 1_000_000);

test("a million tokens cost the price", () => {
  expect(costOf({ input_tokens: 1_000_000, output_tokens: 0 }, prices)).toBe(3);
  expect(costOf({ input_tokens: 0, output_tokens: 1_000_000 }, prices)).toBe(15);
});

test("cached tokens are part of the input and are priced once, at their own price", () => {
  const usage = {
    input_tokens: 1_000_000,
    output_tokens: 0,
    cache_read_tokens: 600_000,
    cache_write_tokens: 300_000,
  };
  expect(costOf(usage, prices)).toBe(0.3 + 0.18 + 1.125);
  expect(costOf(usage, onlyBase)).toBe(3);
});

test("a missing price makes the cost unknown only if it is required", () => {
  const noOutput = { ...prices, output_price: null };
  expect(costOf({ input_tokens: 10, output_tokens: 1 }, noOutput)).toBeNull();
  expect(costOf({ input_tokens: 1_000_000, output_tokens: 0 }, noOutput)).toBe(3);
});

test("the cost of an unpriced model is unknown, even without tokens", () => {
  const unpriced = { ...prices, input_price: null, output_price: null };
  expect(costOf({ input_tokens: 0, output_tokens: 0 }, unpriced)).toBeNull();
});

test("a free model costs nothing", () => {
  const free = { ...onlyBase, input_price: 0, output_price: 0 };
  expect(costOf({ input_tokens: 500, output_tokens: 500 }, free)).toBe(0);
});

test("small prices add up without float drift", () => {
  const small = { ...onlyBase, input_price: 0.1, output_price: 0.2 };
  expect(costOf({ input_tokens: 1_000_000, output_tokens: 1_000_000 }, small)).toBe(0.3);
});

test("the cost is the exact sum, for any usage and prices", () => {
  fc.assert(
    fc.property(tokens, tokens, price, price, (input, output, inputPrice, outputPrice) => {
      const cost = costOf(
        { input_tokens: input, output_tokens: output },
        { ...onlyBase, input_price: inputPrice, output_price: outputPrice },
      );
      const exact = new Big(input).times(inputPrice).plus(new Big(output).times(outputPrice));
      expect(cost).toBe(exact.div(1_000_000).toNumber());
    }),
  );
});

test("more tokens never cost less", () => {
  fc.assert(
    fc.property(tokens, tokens, tokens, (input, output, more) => {
      const less = costOf({ input_tokens: input, output_tokens: output }, prices) ?? 0;
      const cost = costOf({ input_tokens: input + more, output_tokens: output }, prices) ?? 0;
      expect(cost).toBeGreaterThanOrEqual(less);
    }),
  );
});

test("calls cost together what their tokens cost at once, unrounded", () => {
  const usage = fc.record({ input_tokens: tokens, output_tokens: tokens });
  fc.assert(
    fc.property(fc.array(usage, { minLength: 1, maxLength: 20 }), price, price, (calls, a, b) => {
      const own = { ...onlyBase, input_price: a, output_price: b };
      const cost = (some: (typeof calls)[number]) => new Big(costOf(some, own) ?? Number.NaN);
      const sum = (name: "input_tokens" | "output_tokens") =>
        calls.reduce((total, call) => total + call[name], 0);
      const apart = calls.reduce((total, call) => total.plus(cost(call)), new Big(0));
      const atOnce = cost({
        input_tokens: sum("input_tokens"),
        output_tokens: sum("output_tokens"),
      });
      // A double holds a call's cost to 15 digits; cents would be lost by the thousand.
      expect(apart.minus(atOnce).abs().lte(1e-9)).toBe(true);
    }),
  );
});

test("reasoning tokens are part of the output and not priced twice", () => {
  const usage = { input_tokens: 0, output_tokens: 1_000_000, reasoning_tokens: 900_000 };
  expect(costOf(usage, prices)).toBe(15);
});

test("unreported tokens have no cost", () => {
  expect(costOf({ input_tokens: null, output_tokens: 5 }, prices)).toBeNull();
  expect(costOf({ input_tokens: 5, output_tokens: null }, prices)).toBeNull();
});

test("the cost does not depend on the unit in which a price was typed, shown or stored", () => {
  fc.assert(
    fc.property(tokens, price, (input, typed) => {
      const costAt = (input_price: number) =>
        costOf({ input_tokens: input, output_tokens: 0 }, { ...onlyBase, input_price });
      const direct = costAt(typed);
      expect(costAt(perMillion(perThousand(typed)))).toBe(direct);
      expect(costAt(perMillion(writeLegacyPrice(typed, "1K")))).toBe(direct);
    }),
  );
});

test("any split of input into cached and new tokens is exact to a millionth of a cent, each counted once", () => {
  fc.assert(
    fc.property(tokens, tokens, tokens, tokens, (fresh, read, written, output) => {
      const usage = {
        input_tokens: fresh + read + written,
        output_tokens: output,
        cache_read_tokens: read,
        cache_write_tokens: written,
        reasoning_tokens: Math.floor(output / 2),
      };
      // In hundredths of a millionth of a USD: 3, 0.3, 3.75 and 15 USD per 1M tokens.
      const parts = [BigInt(fresh) * 300n, BigInt(read) * 30n, BigInt(written) * 375n];
      const exact = parts.reduce((sum, part) => sum + part, BigInt(output) * 1500n);
      expect(costOf(usage, prices)).toBe(Number(`${exact}e-8`));
    }),
  );
});

// The figures are those of the catalogs that ship with the console.
test.each([
  ["openai", "gpt-4o-mini", 0.15, 0.6, 0.00081],
  ["google", "gemini-2.0-flash-exp", 0.1, 0.4, 0.00054],
  ["bedrock", "eu.amazon.nova-pro-v1:0", 0.8, 3.2, 0.00432],
  ["deepseek", "deepseek-reasoner", 0.14, 0.28, 0.000588],
])(
  "3,000 tokens in and 600 out of %s %s at the catalog's price",
  async (provider, id, input, output, cost) => {
    const listed = (await loadBuiltInCatalog()).price(
      provider,
      id,
      new Date("2026-11-22T12:00:00Z"),
    );
    if (!listed) throw new Error(`The catalog does not list ${id}.`);
    expect([listed.input_price, listed.output_price]).toEqual([input, output]);
    const usage = { input_tokens: 3000, output_tokens: 600 };
    expect(costOf(usage, listed)).toBe(
      new Big(3000).times(input).plus(new Big(600).times(output)).div(1_000_000).toNumber(),
    );
    expect(costOf(usage, listed)).toBeCloseTo(cost, 5);
  },
);
