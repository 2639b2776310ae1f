import { afterEach, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import { PriceOrigin } from "@/components/prices/price-origin";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";
import { expectAccessible, show } from "./render";

const none = { input_price: null, output_price: null, cache_read_price: null };
const facts: ModelPriceFacts = {
  pk: "deepseek#deepseek-flash",
  since: { ...none, cache_write_price: null, input_price: "2026-10-03T09:00:00.000Z" },
  sources: { ...none, cache_write_price: null, input_price: "admin" },
  catalog: {
    input_price: 0.15,
    output_price: 0.6,
    cache_read_price: null,
    cache_write_price: null,
    cache_write_1h_price: null,
    layer: "table",
    as_of: "2026-11-28",
    source: "https://api-docs.deepseek.com/quick_start/pricing",
    match: "exact",
    matched: "deepseek-flash",
    since: null,
    region_may_differ: true,
    unverified: false,
    cache_from: null,
    varies_by_hour: true,
    windows: [
      {
        from: "01:00",
        to: "04:00",
        days: "weekdays",
        prices: { ...none, cache_write_price: null, cache_write_1h_price: null, input_price: 0.3 },
      },
    ],
    tiers: [],
  },
  history: [
    {
      from: "2026-10-03T09:00:00.000Z",
      prices: { ...none, cache_write_price: null, input_price: 0.12 },
      changed: ["input_price"],
      assumed: false,
      provenance: {
        ...none,
        cache_write_price: null,
        input_price: {
          set_by: "alice",
          source: "admin" as const,
          layer: null,
          as_of: null,
          match: null,
          region_may_differ: false,
        },
      },
    },
  ],
};

afterEach(() => vi.restoreAllMocks());

test("a price says on focus where it is from, since when, and how it matched", async () => {
  const asked = vi.spyOn(window, "fetch").mockImplementation(async () => Response.json(facts));
  const screen = await show(
    <PriceOrigin pk={facts.pk} name="input_price" note="By family.">
      <button type="button">$0.15</button>
    </PriceOrigin>,
  );
  expect(asked).not.toHaveBeenCalled();
  await userEvent.tab();
  const tip = screen.getByRole("tooltip");
  await expect.element(tip).toHaveTextContent("By family.");
  await expect.element(tip).toHaveTextContent("Set by an admin (alice), here since 3 Oct 2026.");
  await expect.element(tip).toHaveTextContent("It lists this ID.");
  await expect.element(tip).toHaveTextContent("Its price there is $0.15 per 1M.");
  await expect.element(tip).toHaveTextContent("Base price; this region may differ.");
  await expect.element(tip).toHaveTextContent("At 01:00–04:00 UTC on weekdays it is $0.30 in");
  expect(asked.mock.calls[0]?.[0]).toBe("/api/prices/deepseek/deepseek-flash");
  await expectAccessible();
});
