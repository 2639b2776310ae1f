import { PriceList } from "@/lib/costs/schema";
import {
  ModelPriceFacts,
  PriceConfirmation,
  PriceConfirmResult,
  PriceSyncOptions,
  PriceSyncRequest,
  PriceSyncResult,
} from "@/lib/price-sync/schema";
import { ModelParams } from "../params";
import { body, json, type Rows } from "../row";

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
} satisfies Rows;
