import { expect, test } from "vitest";
import type { ListedOption } from "@/lib/discovery/listing-service";
import { joinListing } from "@/lib/discovery/rules/join";
import type { CatalogPrice } from "@/lib/prices/catalog-repository";

const offer: ListedOption = {
  model_id: "grok-4",
  display_name: null,
  max_tokens: 256_000,
  max_output_tokens: null,
  supports_tools: null,
  supports_vision: null,
  lifecycle: "legacy",
  retires_on: "2027-02-01",
  prices: { input_price: 3, output_price: 15, cache_read_price: 0.75, cache_write_price: null },
  created_at: null,
  kind: "model",
  needs_profile: false,
  profiles: [],
};

const catalogPrice: CatalogPrice = {
  input_price: 2,
  output_price: 10,
  cache_read_price: null,
  cache_write_price: null,
  cache_write_1h_price: null,
  context_window: 131_072,
  name: null,
  windows: [],
  since: null,
  match: "exact",
  matched: "grok-4",
  region_may_differ: false,
  unverified: false,
  cache_from: null,
  layer: "npm",
  as_of: "2026-09-23",
  source: null,
};

function joined(changes: Partial<ListedOption>) {
  const listing = {
    offers: [{ ...offer, ...changes }],
    bedrock: null,
    as_of: "2026-11-28T10:00:00Z",
  };
  const registry = { models: [], defective: [] };
  return joinListing("xai", listing, registry, { price: () => catalogPrice }).models[0];
}

test("prices, context and retirement of the provider's own list come first", () => {
  expect(joined({})).toMatchObject({
    max_tokens: 256_000,
    retires_on: "2027-02-01",
    input_price: 3,
    output_price: 15,
    cache_read_price: 0.75,
    price_known: true,
    prices_from: "provider",
    prices_as_of: "2026-11-28",
  });
});

test("the catalog fills what the list doesn't say", () => {
  expect(joined({ prices: null, max_tokens: null, retires_on: null })).toMatchObject({
    max_tokens: 131_072,
    retires_on: null,
    input_price: 2,
    prices_from: "catalog",
    prices_as_of: "2026-09-23",
  });
});
