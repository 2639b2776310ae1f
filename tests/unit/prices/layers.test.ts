import { describe, expect, it } from "vitest";
import { type CatalogModel, type DatedPrices, noPrices } from "@/lib/prices/rules/catalog-model";
import { buildLayer, comingPrices, lifecycleIn } from "@/lib/prices/rules/layers";

const id = "gemini-3.8-flash";

function priced(input_price: number, more: Partial<DatedPrices> = {}): DatedPrices {
  return {
    ...noPrices,
    input_price,
    output_price: 3,
    from: null,
    tiers: [],
    windows: [],
    as_of: "2026-09-23",
    source: null,
    region_may_differ: false,
    unverified: false,
    ...more,
  };
}

function listed(more: Partial<CatalogModel>): CatalogModel {
  return {
    provider: "google",
    ids: [id],
    name: null,
    context_window: null,
    max_output_tokens: null,
    lifecycle: null,
    retires_on: null,
    prices: [],
    ...more,
  };
}

describe("comingPrices", () => {
  const announced = listed({ prices: [priced(0.5), priced(1, { from: "2027-01-01" })] });
  const npm = buildLayer("npm", "2026-09-23", [announced]);
  const dayOfFile = { as_of: "2026-11-28" };

  it("keeps an announcement although a newer catalog can't announce any", () => {
    const file = listed({ prices: [priced(0.5, dayOfFile)] });
    const admin = buildLayer("admin", "2026-11-28", [file], false);
    expect(comingPrices([admin, npm], "google", id, "2026-11-29")).toMatchObject({
      from: "2027-01-01",
      now: { input_price: 0.5 },
      prices: { input_price: 1 },
      layer: "npm",
    });
  });

  it("drops an announcement that starts from another price than the newest", () => {
    const file = listed({ prices: [priced(0.4, dayOfFile)] });
    const admin = buildLayer("admin", "2026-11-28", [file], false);
    expect(comingPrices([admin, npm], "google", id, "2026-11-29")).toBeNull();
  });

  it("drops an announcement that a newer catalog which could make it doesn't make", () => {
    const table = buildLayer("table", "2026-11-28", [listed({ prices: [priced(0.5, dayOfFile)] })]);
    expect(comingPrices([table, npm], "google", id, "2026-11-29")).toBeNull();
  });
});

describe("lifecycleIn", () => {
  const table = buildLayer("table", "2026-11-20", [
    listed({ lifecycle: "retired", retires_on: "2026-11-12" }),
  ]);

  it("takes state and day each from the newest catalog that has one", () => {
    const deprecated = buildLayer("admin", "2026-11-28", [listed({ lifecycle: "legacy" })]);
    expect(lifecycleIn([deprecated, table], "google", id)).toMatchObject({
      lifecycle: "legacy",
      retires_on: "2026-11-12",
      layer: "table",
    });
    const dated = buildLayer("admin", "2026-11-28", [listed({ retires_on: "2026-12-01" })]);
    expect(lifecycleIn([dated, table], "google", id)).toMatchObject({
      lifecycle: "retired",
      retires_on: "2026-12-01",
      layer: "admin",
    });
  });
});
