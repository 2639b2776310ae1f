import { expect, test } from "vitest";
import { describeDifference } from "@/components/models/prices/price-labels";
import {
  buildBill,
  byEffect,
  defaultTicks,
  tickedPrices,
  ticksOf,
} from "@/components/models/prices/price-ticks";
import type { PriceChange, SyncedPrice } from "@/lib/price-sync/schema";

function aPrice(more: Partial<SyncedPrice>): SyncedPrice {
  return {
    name: "input_price",
    from: 3,
    to: 2.5,
    source: "catalog",
    from_since: null,
    to_since: null,
    match: "exact",
    region_may_differ: false,
    layer: "npm",
    as_of: "2026-09-23",
    is_protected: false,
    unit_suspect: false,
    effect: null,
    ...more,
  };
}

function aChange(model_id: string, prices: SyncedPrice[]): PriceChange {
  return {
    pk: `openai#${model_id}`,
    provider_id: "openai",
    model_id,
    display_name: model_id,
    etag: "e",
    prices,
    taken: [],
    outcome: "would_change",
    message: null,
  };
}

const changes = [
  aChange("a", [
    aPrice({ effect: { paid: 6, would_be: 5 } }),
    aPrice({ name: "output_price", source: "admin", is_protected: true }),
  ]),
  aChange("b", [aPrice({ from: null, effect: { paid: null, would_be: 40 } })]),
  aChange("c", [aPrice({ from: 2500, unit_suspect: true })]),
];
const month = {
  from: "",
  to: "",
  paid: 100,
  unpriced_tokens: 9,
  would_be: 139,
  stale_because: null,
};

test("all prices are ticked at first, except an admin's and those of a suspect unit", () => {
  expect(tickedPrices(changes, defaultTicks(changes))).toEqual([
    { pk: "openai#a", etag: "e", names: ["input_price"] },
    { pk: "openai#b", etag: "e", names: ["input_price"] },
  ]);
  const all = ticksOf(changes, () => true);
  expect(tickedPrices(changes, all)[0]?.names).toEqual(["input_price", "output_price"]);
});

test("the bill follows the ticks, and newly priced tokens add their full cost", () => {
  expect(buildBill(month, changes, new Set())).toEqual({ paid: 100, would_be: 100 });
  expect(buildBill(month, changes, defaultTicks(changes))).toEqual({ paid: 100, would_be: 139 });
  expect(buildBill({ unknown_because: "throttled" }, changes, new Set())).toBeNull();
  expect(byEffect(changes).map(({ model_id }) => model_id)).toEqual(["b", "a", "c"]);
});

test("a difference is described in words, and a unit never as a percentage", () => {
  expect(describeDifference(3, 2.5)).toBe("+20%");
  expect(describeDifference(2.5, 2.5)).toBe("same");
  expect(describeDifference(2500, 2.5)).toBe("about 1,000 times higher");
  expect(describeDifference(null, 2.5)).toBeNull();
});
