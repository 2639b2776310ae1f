import "server-only";
import type { Examples } from "./example";
import { at, operationId, params, prices } from "./records";

const catalog = {
  layers: [
    { layer: "table" as const, as_of: "2026-11-28", age_days: 1, models: 74 },
    { layer: "npm" as const, as_of: "2026-09-23", age_days: 67, models: 281 },
  ],
  coverage: { models: 65, exact: 58, dated: 3, family: 3, none: 1 },
  admin: null,
  remote: null,
};

const fromCatalog = {
  set_by: "alice@example.com",
  source: "catalog" as const,
  layer: "npm" as const,
  as_of: "2026-11-20",
  match: "exact" as const,
  region_may_differ: false,
};
const provenance = {
  input_price: fromCatalog,
  output_price: fromCatalog,
  cache_read_price: fromCatalog,
  cache_write_price: null,
};

export const priceExamples = {
  listComingChanges: {
    answer: {
      as_of: at,
      unknown_because: null,
      changes: [
        {
          kind: "prices",
          on: "2026-12-15",
          pk: "openai#gpt-4o",
          display_name: "GPT-4o",
          agents: 2,
          prices: [{ name: "input_price", from: 2.5, to: 2 }],
          month_usd: 118.4,
          then_usd: 101.2,
          layer: "table",
          source: "https://openai.com/api/pricing",
        },
      ],
    },
  },
  getPriceCatalog: { answer: catalog },
  savePriceCatalog: {
    query: { dry_run: true },
    answer: {
      ...catalog,
      format: "litellm",
      models: 1,
      skipped: 0,
      coverage_before: catalog.coverage,
      changes: [],
    },
  },
  deletePriceCatalog: { answer: catalog },
  getModelPrices: {
    params,
    answer: {
      pk: "openai#gpt-4o",
      since: {
        input_price: at,
        output_price: at,
        cache_read_price: at,
        cache_write_price: null,
      },
      sources: {
        input_price: "catalog",
        output_price: "catalog",
        cache_read_price: "catalog",
        cache_write_price: null,
      },
      catalog: {
        ...prices,
        cache_write_1h_price: null,
        layer: "npm",
        as_of: "2026-11-20",
        source: null,
        match: "exact",
        matched: "gpt-4o",
        since: "2024-10-02",
        region_may_differ: false,
        unverified: false,
        cache_from: { layer: "npm", as_of: "2026-11-20", source: null },
        varies_by_hour: false,
        windows: [],
        tiers: [],
      },
      history: [{ from: at, prices, changed: ["input_price"], assumed: false, provenance }],
    },
  },
  syncPrices: {
    query: { dry_run: true },
    body: { prices: [{ pk: "openai#gpt-4o", names: ["input_price"] }] },
    answer: {
      as_of: "2026-11-20",
      changes: [
        {
          pk: "openai#gpt-4o",
          provider_id: "openai",
          model_id: "gpt-4o",
          display_name: "GPT-4o",
          etag: "nF1vX0yJ3kq7Lw2cT9aRzg",
          prices: [
            {
              name: "input_price",
              from: 5,
              to: 2.5,
              source: "catalog",
              from_since: null,
              to_since: "2024-10-02",
              match: "exact",
              region_may_differ: false,
              layer: "npm",
              as_of: "2026-11-20",
              is_protected: false,
              unit_suspect: false,
              effect: { paid: 6.25, would_be: 3.125 },
            },
          ],
          taken: ["input_price"],
          outcome: "would_change",
          message: null,
        },
      ],
      month: { unknown_because: "CloudWatch gave no answer." },
      operation_id: null,
    },
  },
  confirmPrices: {
    body: { models: [{ pk: "openai#gpt-4o" }] },
    answer: {
      operation_id: operationId,
      models: [{ pk: "openai#gpt-4o", outcome: "confirmed", message: null }],
    },
  },
  listPrices: {
    answer: {
      models: [
        {
          pk: "openai#gpt-4o",
          provider_id: "openai",
          model_id: "gpt-4o",
          display_name: "GPT-4o",
          input_price: 2.5,
          output_price: 10,
          cache_read_price: 1.25,
          price_unit: null,
          max_tokens: 128_000,
          max_output_tokens: 16_384,
          supports_tools: true,
          supports_vision: true,
          is_active: true,
          is_default: true,
          availability: { state: "active", on: null, because: null },
          cache_read_source: "registry",
          long_context: [],
        },
      ],
    },
  },
} satisfies Examples;
