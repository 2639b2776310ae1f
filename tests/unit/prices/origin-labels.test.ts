import { describe, expect, it } from "vitest";
import {
  describeListing,
  describeProvenance,
  type ListedAs,
} from "@/lib/prices/rules/origin-labels";
import { describeDoubt, describeUnconfirmed } from "@/lib/prices/rules/price-doubts";

const listed: ListedAs = {
  layer: "npm",
  as_of: "2026-09-23",
  match: "exact",
  region_may_differ: false,
};

describe("describeListing", () => {
  it.each([
    [{}, "the npm catalog of 23 Sep 2026 lists this ID"],
    [
      { layer: "table", match: "dated" },
      "the console's own table of 23 Sep 2026 lists this ID up to its date",
    ],
    [{ layer: "admin", match: "family" }, "your catalog of 23 Sep 2026 lists its family only"],
    [
      { region_may_differ: true },
      "the npm catalog of 23 Sep 2026 lists this ID: base price; this region may differ",
    ],
    [
      { match: "family", region_may_differ: true },
      "the npm catalog of 23 Sep 2026 lists the base model: base price; this region may differ",
    ],
  ] as const)("names catalog, day and match of %o", (some, text) => {
    expect(describeListing({ ...listed, ...some })).toBe(text);
  });
});

describe("describeDoubt", () => {
  it("tells the base model's price from that of a family, and both from a sure one", () => {
    const sure = { price_unit: null };
    const family = { ...sure, priced_by_family: ["input_price"] };
    expect(describeDoubt(sure)).toBeNull();
    expect(describeDoubt({ price_unit: "assumed" })).toBe("unit assumed");
    expect(describeDoubt(family)).toBe("price of its family");
    expect(describeDoubt({ ...family, price_region_may_differ: true })).toBe(
      "base price; this region may differ",
    );
  });
});

describe("describeProvenance", () => {
  const from = { set_by: "alice", source: "catalog", layer: "npm", as_of: "2026-09-23" } as const;
  const nowhere = { layer: null, as_of: null, match: null, region_may_differ: false };

  it("names who set a price, the catalog, its day, and how it lists the model", () => {
    expect(describeProvenance({ ...from, match: "family", region_may_differ: false })).toBe(
      "alice, from the npm catalog of 23 Sep 2026, which lists its family only",
    );
    expect(describeProvenance({ ...nowhere, set_by: "bob", source: "admin" })).toBe("bob");
    expect(describeProvenance({ ...nowhere, set_by: null, source: "catalog" })).toBe(
      "from the catalog",
    );
    expect(describeProvenance(null)).toBe("not recorded");
  });
});

describe("describeUnconfirmed", () => {
  it("says how much of a sum is at which price", () => {
    expect(describeUnconfirmed({})).toEqual([]);
    expect(describeUnconfirmed({ by_family_usd: 1.2, base_price_usd: 0.5 })).toEqual([
      "$1.20 of it is at a price by family",
      "$0.50 of it is at a base price; the region may differ",
    ]);
  });
});
