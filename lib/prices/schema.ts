import * as z from "zod/mini";
import { catalogLayers, catalogMatches } from "./rules/catalog-model";

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
  /** Hours (UTC) at which every price is multiplied by a factor. */
  peak: z.optional(
    z.strictObject({
      factor: z.number(),
      days: z.enum(["every_day", "weekdays"]),
      hours: z.array(z.strictObject({ from: time, to: time })),
    }),
  ),
  /** The base model's price, which may differ in this geography. */
  region_may_differ: z.optional(z.literal(true)),
  /** The source couldn't be verified. */
  unverified: z.optional(z.literal(true)),
  /** When and where it was read. */
  read_on: z.iso.date(),
  source: z.url(),
});
export type KnownPrices = z.infer<typeof KnownPrices>;

/** The source of a catalog's fact. */
export const Provenance = z.strictObject({
  layer: z.enum(catalogLayers),
  /** The day on which it was read or published (YYYY-MM-DD). */
  as_of: z.string(),
  /** The page on which it was read; null if the layer names none. */
  source: z.nullable(z.string()),
});
export type Provenance = z.infer<typeof Provenance>;

/** The parts of a cost whose price may not be the model's own, USD; absent if there are none. */
export const UnconfirmedCost = z.strictObject({
  /** At a price that a catalog lists for another model of the family. */
  by_family_usd: z.optional(z.number()),
  /** At the base model's price, which may differ in this region. */
  base_price_usd: z.optional(z.number()),
});
export type UnconfirmedCost = z.infer<typeof UnconfirmedCost>;

/** Who set a price and its source, as recorded with it. */
export const PriceProvenance = z.strictObject({
  /** Null if it was written outside the console, or before the console recorded this. */
  set_by: z.nullable(z.string()),
  source: z.nullable(z.enum(["catalog", "admin"])),
  /**
   * The catalog that listed it, the day on which it was read or published, and the match; null if
   * it isn't from a catalog.
   */
  layer: z.nullable(z.enum(catalogLayers)),
  as_of: z.nullable(z.string()),
  match: z.nullable(z.enum(catalogMatches)),
  /** The base model's price, which may differ in this Bedrock geography. */
  region_may_differ: z.boolean(),
});
export type PriceProvenance = z.infer<typeof PriceProvenance>;
