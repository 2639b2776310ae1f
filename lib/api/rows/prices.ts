import { PriceList } from "@/lib/costs/schema";
import {
  ComingChanges,
  ModelPriceFacts,
  PriceCatalog,
  PriceCatalogOptions,
  PriceCatalogPreview,
  PriceConfirmation,
  PriceConfirmResult,
  PriceSyncOptions,
  PriceSyncRequest,
  PriceSyncResult,
} from "@/lib/price-sync/schema";
import { ModelParams } from "../params";
import { body, file, json, type Rows } from "../row";

export const priceRows = {
  getModelPrices: {
    role: "viewer",
    summary: "Read everything known about a model's prices",
    params: ModelParams,
    answer: json(ModelPriceFacts),
    refusals: ["model_defective"],
  },
  syncPrices: {
    role: "admin",
    summary: "Take prices from the catalog",
    description:
      "Without a body, every price that differs is taken, except those that an admin set. `dry_run` writes nothing.",
    query: PriceSyncOptions,
    body: body(PriceSyncRequest, { optional: true }),
    answer: json(PriceSyncResult),
    refusals: ["conflict"],
  },
  confirmPrices: {
    role: "admin",
    summary: "Confirm assumed prices",
    body: body(PriceConfirmation),
    answer: json(PriceConfirmResult),
    refusals: ["conflict"],
  },
  listPrices: {
    role: "viewer",
    summary: "List the prices that costs are calculated with",
    answer: json(PriceList, { etag: "list" }),
  },
  listComingChanges: {
    role: "viewer",
    summary:
      "List announced price changes and retirements, with the agents and the spend they touch",
    answer: json(ComingChanges),
  },
  exportComingChanges: {
    role: "viewer",
    summary: "Export them as a calendar",
    answer: file("text/calendar"),
  },
  getPriceCatalog: {
    role: "viewer",
    summary: "Read which price catalogs there are, and what they cover",
    answer: json(PriceCatalog),
  },
  savePriceCatalog: {
    role: "admin",
    summary: "Bring in a price catalog",
    description:
      "The file of genai-prices, LiteLLM (`model_prices_and_context_window.json`) or models.dev (`api.json`), as it is. It is refused with fewer than half of the models of the one before. It writes no row. `dry_run` says what would differ.",
    query: PriceCatalogOptions,
    body: file("application/json"),
    answer: json(PriceCatalogPreview),
    refusals: ["conflict"],
  },
  deletePriceCatalog: {
    role: "admin",
    summary: "Remove the catalog that an admin brought in",
    answer: json(PriceCatalog),
    refusals: ["not_found", "conflict"],
  },
} satisfies Rows;
