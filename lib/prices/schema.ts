import * as z from "zod/mini";
import { catalogLayers } from "./rules/catalog-model";

const Price = z.nullable(z.number().check(z.gte(0)));
const prices = {
  input_price: Price,
  output_price: Price,
  cache_read_price: z.optional(Price),
  cache_write_price: z.optional(Price),
  cache_write_1h_price: z.optional(Price),
};
const time = z.string().check(z.regex(/^\d{2}:\d{2}$/));

/** List prices in the dated table of known models, USD per 1M tokens. */
export const KnownPrices = z.strictObject({
  /** First day in force; absent: since the model exists. */
  from: z.optional(z.iso.date()),
  ...prices,
  /** Prices of a whole request with more input tokens, shortest first. */
  tiers: z.optional(z.array(z.strictObject({ above_input_tokens: z.int(), ...prices }))),
  /** Hours (UTC) at which every price is multiplied. */
  peak: z.optional(
    z.strictObject({
      factor: z.number(),
      days: z.enum(["every_day", "weekdays"]),
      hours: z.array(z.strictObject({ from: time, to: time })),
    }),
  ),
  /** The base model's price, which may differ in this geography. */
  region_may_differ: z.optional(z.literal(true)),
  /** The source could not be read again. */
  unverified: z.optional(z.literal(true)),
  /** When and where it was read. */
  read_on: z.iso.date(),
  source: z.url(),
});
export type KnownPrices = z.infer<typeof KnownPrices>;

/** Where a fact of the catalog comes from. */
export const Provenance = z.strictObject({
  layer: z.enum(catalogLayers),
  /** The day on which it was read or published (YYYY-MM-DD). */
  as_of: z.string(),
  /** The page on which it was read; null if the layer names none. */
  source: z.nullable(z.string()),
});
export type Provenance = z.infer<typeof Provenance>;
