import type { AvailableModel, KnownModelList, KnownModelOffer } from "@/lib/discovery/schema";
import { formatContextWindow, formatDay, formatPriceUsd } from "@/lib/format";
import { availabilityFrom, availabilityLabel } from "@/lib/models/rules/availability";
import type { ModelDraft } from "@/lib/models/schema";
import { describeListing } from "@/lib/prices/rules/origin-labels";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { ofFamily, otherRegion } from "@/lib/prices/rules/price-doubts";

export const offerStates = ["new", "registered", "unpriced"] as const;
export type OfferState = (typeof offerStates)[number];

/** Excludes registered models and base IDs that need an inference profile. */
export function canBeAdded({ state, needs_profile }: AvailableModel): boolean {
  return state === "new" && !needs_profile;
}

export function hasState(model: AvailableModel, state: OfferState): boolean {
  return state === "unpriced" ? !model.price_known : model.state === state;
}

/** Whether name, ID or purpose contain every search word. */
export function matchesSearch(model: AvailableModel, search: string): boolean {
  const text = `${model.display_name} ${model.model_id} ${model.purpose ?? ""}`.toLowerCase();
  const words = search.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}

/** "$0.80 in, $3.20 out per 1M" */
export function formatPricePair(model: AvailableModel, unit: PriceUnit): string {
  const { input_price, output_price } = model;
  if (input_price === null && output_price === null) return "price not known";
  const input =
    input_price === null ? "input not known" : `${formatPriceUsd(input_price, unit)} in`;
  const output =
    output_price === null ? "output not known" : `${formatPriceUsd(output_price, unit)} out`;
  const doubt = model.price_region_may_differ
    ? otherRegion
    : model.price_match === "family" && ofFamily;
  return `${input}, ${output} per ${unit}${doubt ? `, ${doubt}` : ""}`;
}

/** The source and date of an offer's prices, and how they matched. */
export function describePriceOrigin(model: AvailableModel): string[] {
  const { prices_from, prices_as_of: as_of, price_match: match, price_layer: layer } = model;
  if (prices_from === null || as_of === null) return [];
  if (!layer || !match) return [`the provider's list of ${formatDay(as_of)} names this ID`];
  const region_may_differ = model.price_region_may_differ === true;
  return [describeListing({ layer, as_of, match, region_may_differ })];
}

/** Limits and capabilities in one line; unknown values are left out. */
export function describeFacts(model: AvailableModel): string[] {
  const { max_tokens, max_output_tokens, supports_tools, supports_vision } = model;
  return [
    max_tokens && `${formatContextWindow(max_tokens)} context`,
    max_output_tokens && `${formatContextWindow(max_output_tokens)} output`,
    supports_tools === null ? null : supports_tools ? "tools" : "no tools",
    supports_vision && "vision",
    announced(model),
  ].filter((word) => typeof word === "string");
}

/** Its retirement or legacy state; null while it is offered. */
function announced(model: AvailableModel): string | null {
  const availability = availabilityFrom(model, "", Date.now());
  return availability.state === "active" ? null : availabilityLabel(availability);
}

/** Known models, in place of a list that can't be read; unregistered ones first. */
export function offersFromTable({ models }: KnownModelList): AvailableModel[] {
  const offers = models.map(fromTable);
  return offers.sort((a, b) => Number(!canBeAdded(a)) - Number(!canBeAdded(b)));
}

function fromTable(offer: KnownModelOffer): AvailableModel {
  const { registered, prices, ...facts } = offer;
  const { input_price = null, output_price = null } = prices ?? {};
  return {
    ...facts,
    state: registered ? "registered" : "new",
    pk: null,
    input_price,
    output_price,
    cache_read_price: prices?.cache_read_price ?? null,
    cache_write_price: prices?.cache_write_price ?? null,
    price_known: prices?.match !== "family" && input_price !== null && output_price !== null,
    price_match: prices?.match ?? null,
    ...(prices?.region_may_differ && { price_region_may_differ: true }),
    prices_from: prices && "catalog",
    ...(prices && { price_layer: prices.layer }),
    prices_as_of: prices?.as_of ?? null,
    kind: "model",
    writes_text: true,
    needs_profile: false,
    profiles: [],
    created_at: null,
  };
}

/** The new row for a model, with the listed values. */
export function toModelDraft(provider: string, model: AvailableModel): ModelDraft {
  return {
    provider,
    model_id: model.model_id,
    display_name: model.display_name.slice(0, 200),
    purpose: model.purpose,
    input_price: model.input_price,
    output_price: model.output_price,
    cache_read_price: model.cache_read_price,
    cache_write_price: model.cache_write_price,
    max_tokens: model.max_tokens,
    max_output_tokens: model.max_output_tokens,
    supports_tools: model.supports_tools,
    supports_vision: model.supports_vision,
    lifecycle: model.lifecycle,
    retires_on: model.retires_on,
    price_source: "catalog",
  };
}

/** The catalog's prices, for the form's hints. */
export function catalogPrices(model: AvailableModel | null): KnownModelOffer["prices"] {
  if (!model?.prices_as_of || model.prices_from !== "catalog") return null;
  const { input_price, output_price, cache_read_price, cache_write_price } = model;
  const prices = { input_price, output_price, cache_read_price, cache_write_price };
  return {
    ...prices,
    match: model.price_match ?? "family",
    region_may_differ: model.price_region_may_differ === true,
    layer: model.price_layer ?? "npm",
    as_of: model.prices_as_of,
  };
}
