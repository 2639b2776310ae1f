import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildAxis, buildDots } from "@/components/costs/calculator-rows";
import { filterModels } from "@/components/costs/price-filter";
import { readWorkload } from "@/components/costs/workload";
import { costWithModel, daysPerMonth, monthlyEstimate } from "@/lib/costs/rules/calculator";
import { sumOf, whatIf } from "@/lib/costs/rules/what-if";
import type { PricedModel } from "@/lib/costs/schema";

const aModel = (more: Partial<PricedModel> = {}): PricedModel => ({
  pk: "openai#gpt-x",
  provider_id: "openai",
  model_id: "gpt-x",
  display_name: "GPT X",
  input_price: 3,
  output_price: 15,
  cache_read_price: 0.3,
  cache_read_source: "catalog",
  price_unit: null,
  max_tokens: 128_000,
  max_output_tokens: 16_000,
  supports_tools: true,
  supports_vision: false,
  is_active: true,
  is_default: false,
  availability: { state: "active", on: null, because: null },
  long_context: [],
  ...more,
});
const aCall = { input_tokens: 2000, output_tokens: 500, cached_tokens: 0, calls_per_day: 1000 };

describe("what a workload costs a month", () => {
  test("is tokens times price times calls, cached tokens once at their own price", () => {
    // 30,000 calls: 60M input at 3, 15M output at 15.
    expect(monthlyEstimate(aModel(), aCall).cost_usd).toBe(180 + 225);
    const cached = { ...aCall, cached_tokens: 1500 };
    expect(monthlyEstimate(aModel(), cached)).toMatchObject({
      cost_usd: 45 + 13.5 + 225,
      cached_as_input: false,
    });
  });

  test("counts cached tokens as input without a cache price, and says so", () => {
    const model = aModel({ cache_read_price: null, cache_read_source: null });
    expect(monthlyEstimate(model, { ...aCall, cached_tokens: 1500 })).toMatchObject({
      cost_usd: 405,
      cached_as_input: true,
    });
    expect(monthlyEstimate(model, aCall).cached_as_input).toBe(false);
  });

  test("is unknown without a required price, never 0", () => {
    expect(monthlyEstimate(aModel({ output_price: null }), aCall).cost_usd).toBeNull();
    expect(
      monthlyEstimate(aModel({ input_price: null, output_price: null }), aCall).cost_usd,
    ).toBeNull();
    expect(monthlyEstimate(aModel({ input_price: 0, output_price: 0 }), aCall).cost_usd).toBe(0);
  });

  test("takes the long-context prices beyond their threshold, for the whole call", () => {
    const long_context = [
      { above_input_tokens: 200_000, input_price: 6, output_price: 22.5, cache_read_price: null },
    ];
    const model = aModel({ long_context, max_tokens: 1_000_000 });
    const at = { ...aCall, calls_per_day: 1, output_tokens: 0 };
    expect(monthlyEstimate(model, { ...at, input_tokens: 200_000 })).toMatchObject({
      cost_usd: 18,
      long_context_above: null,
    });
    expect(monthlyEstimate(model, { ...at, input_tokens: 200_001 })).toMatchObject({
      cost_usd: 36.00018,
      long_context_above: 200_000,
    });
  });

  test("says whether one call fits the context window", () => {
    expect(monthlyEstimate(aModel({ max_tokens: 2500 }), aCall).fits).toBe(true);
    expect(monthlyEstimate(aModel({ max_tokens: 2499 }), aCall).fits).toBe(false);
    expect(monthlyEstimate(aModel({ max_tokens: null }), aCall).fits).toBeNull();
  });

  test("is exact to far less than a millionth of a cent, for any workload and price", () => {
    const count = fc.nat({ max: 200_000 });
    const cents = fc.nat({ max: 99_999 });
    fc.assert(
      fc.property(
        count,
        count,
        fc.nat({ max: 100_000 }),
        cents,
        cents,
        (input, output, calls, a, b) => {
          const model = aModel({ input_price: a / 100, output_price: b / 100 });
          const workload = {
            input_tokens: input,
            output_tokens: output,
            cached_tokens: 0,
            calls_per_day: calls,
          };
          const exact =
            (BigInt(input) * BigInt(a) + BigInt(output) * BigInt(b)) * BigInt(calls * daysPerMonth);
          expect(monthlyEstimate(model, workload).cost_usd).toBe(Number(`${exact}e-8`));
        },
      ),
    );
  });
});

describe("the workload form", () => {
  const texts = { input: "2000", output: "", cached: "1 500", calls: "10" };

  test("reads separators, and nothing as 0", () => {
    expect(readWorkload(texts)).toEqual({
      workload: { input_tokens: 2000, output_tokens: 0, cached_tokens: 1500, calls_per_day: 10 },
      errors: {},
    });
  });

  test("names the invalid field", () => {
    expect(Object.keys(readWorkload({ ...texts, calls: "ten", input: "1e9" }).errors)).toEqual([
      "input",
      "calls",
    ]);
    expect(readWorkload({ ...texts, cached: "2001" })).toMatchObject({
      workload: null,
      errors: { cached: expect.stringContaining("part of the input") },
    });
  });
});

test("a filter keeps models with the capability, and inactive ones only if requested", () => {
  const models = [
    aModel(),
    aModel({ pk: "a#1", supports_tools: null, provider_id: "bedrock", model_id: "1" }),
    aModel({ pk: "a#2", is_active: false, supports_vision: true }),
  ];
  const all = { q: "", tools: false, vision: false, inactive: false, context: 0 };
  const pks = (filter: Partial<typeof all>) =>
    filterModels(models, { ...all, ...filter }).map(({ pk }) => pk);
  expect(pks({})).toEqual(["openai#gpt-x", "a#1"]);
  expect(pks({ tools: true })).toEqual(["openai#gpt-x"]);
  expect(pks({ vision: true, inactive: true })).toEqual(["a#2"]);
  expect(pks({ context: 128_001 })).toEqual([]);
  expect(pks({ q: "amazon 1" })).toEqual(["a#1"]);
});

test("the chart draws models with a cost and a context window, and counts the others", () => {
  const row = (more: Partial<PricedModel>) => {
    const model = aModel(more);
    return { ...model, estimate: monthlyEstimate(model, aCall) };
  };
  const drawn = buildDots([
    row({}),
    row({ pk: "b", max_tokens: 1000, priced_by_family: ["input_price"] }),
    row({ pk: "c", max_tokens: null }),
    row({ pk: "d", input_price: null }),
    row({ pk: "e", input_price: 0, output_price: 0 }),
  ]);
  expect(drawn.left_out).toBe(3);
  expect(drawn.series).toHaveLength(1);
  expect(drawn.series[0]?.dots.map(({ pk, fits, doubt }) => [pk, fits, doubt])).toEqual([
    ["openai#gpt-x", true, null],
    ["b", false, "price of its family"],
  ]);
});

test("an axis of the chart has a few round ticks inside its domain", () => {
  expect(buildAxis([16_385, 1_047_576]).ticks).toEqual([
    20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
  ]);
  expect(buildAxis([0.02, 4000]).ticks).toEqual([0.1, 1, 10, 100, 1000]);
  expect(buildAxis([128_000]).ticks).toEqual([100_000]);
});

describe("what if", () => {
  const used = {
    input_tokens: 4_000_000,
    output_tokens: 1_000_000,
    cost_usd: 20,
    unpriced_tokens: 0,
    assumed_tokens: 0,
    derived_tokens: 0,
    unregistered_tokens: 0,
  };

  test("the same tokens are priced at the other model's current prices", () => {
    expect(costWithModel(aModel(), used)).toBe(27);
    expect(whatIf(used, aModel({ input_price: 0.15, output_price: 0.6 }))).toEqual({
      spent_usd: 20,
      spent_is_part: false,
      then_usd: 1.2,
      difference_usd: -18.8,
    });
  });

  test("without complete prices on both sides there is no difference", () => {
    expect(whatIf(used, aModel({ output_price: null }))).toMatchObject({
      then_usd: null,
      difference_usd: null,
    });
    const part = { ...used, unpriced_tokens: 1 };
    expect(whatIf(part, aModel())).toMatchObject({ spent_is_part: true, difference_usd: null });
    const none = { ...used, cost_usd: null, unpriced_tokens: 5_000_000 };
    expect(whatIf(none, aModel())).toMatchObject({ spent_usd: null, difference_usd: null });
  });

  test("many agents add up exactly, and unpriced parts make the sum a minimum", () => {
    const tenth = { ...used, cost_usd: 0.1 };
    expect(sumOf([tenth, tenth, tenth]).cost_usd).toBe(0.3);
    const unpriced = { ...used, cost_usd: null, unpriced_tokens: 5_000_000 };
    expect(sumOf([tenth, unpriced])).toMatchObject({ cost_usd: 0.1, unpriced_tokens: 5_000_000 });
    expect(sumOf([unpriced])).toMatchObject({ cost_usd: null });
    expect(sumOf([])).toMatchObject({ cost_usd: 0, input_tokens: 0 });
  });
});
