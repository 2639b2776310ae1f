import Big from "big.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf } from "@/lib/costs/cost";

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

test("a price that is needed and not known makes the cost unknown, one that is not needed does not", () => {
  const noOutput = { ...prices, output_price: null };
  expect(costOf({ input_tokens: 10, output_tokens: 1 }, noOutput)).toBeNull();
  expect(costOf({ input_tokens: 1_000_000, output_tokens: 0 }, noOutput)).toBe(3);
});

test("an unpriced model costs an unknown amount, also for no tokens", () => {
  const unpriced = { ...prices, input_price: null, output_price: null };
  expect(costOf({ input_tokens: 0, output_tokens: 0 }, unpriced)).toBeNull();
});

test("a free model costs nothing", () => {
  const free = { ...onlyBase, input_price: 0, output_price: 0 };
  expect(costOf({ input_tokens: 500, output_tokens: 500 }, free)).toBe(0);
});

test("small prices do not drift as floats do", () => {
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

test("reasoning tokens are part of the output and cost nothing more", () => {
  const usage = { input_tokens: 0, output_tokens: 1_000_000, reasoning_tokens: 900_000 };
  expect(costOf(usage, prices)).toBe(15);
});

test("tokens that the provider did not report have no cost", () => {
  expect(costOf({ input_tokens: null, output_tokens: 5 }, prices)).toBeNull();
  expect(costOf({ input_tokens: 5, output_tokens: null }, prices)).toBeNull();
});
