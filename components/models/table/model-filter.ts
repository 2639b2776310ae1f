import { describeTest } from "@/components/models/sheet/test-outcome";
import { formatProviderName, pluralize } from "@/lib/format";
import { availabilityLabel, isGone } from "@/lib/models/rules/availability";
import type { ModelRecord } from "@/lib/models/schema";
import type { FilterName } from "./view-state";

export type ModelDialogs = {
  provider: string | null;
  q: string;
  filter: readonly FilterName[];
  /** The smallest context window, in tokens; 0 for any. */
  context: number;
};

/** Reasons for attention, by `pk`. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** Reasons for attention from the rows: prices, defaults, lifecycle, last test. */
export function flagsOf(models: readonly ModelRecord[]): Flags {
  const defaults = new Map<string, number>();
  for (const model of models) {
    if (!model.is_default) continue;
    defaults.set(model.provider_id, (defaults.get(model.provider_id) ?? 0) + 1);
  }
  const flags = new Map<string, readonly string[]>();
  for (const model of models) {
    const reasons = reasonsOf(model, model.is_default ? (defaults.get(model.provider_id) ?? 0) : 0);
    if (reasons.length > 0) flags.set(model.pk, reasons);
  }
  return flags;
}

function reasonsOf(model: ModelRecord, defaults: number): string[] {
  const test = model.last_test && describeTest(model.last_test);
  return [
    model.price_unit === "assumed" && "The unit of its price was assumed. Confirm the price.",
    model.priced_by_family &&
      (model.price_region_may_differ
        ? "It has the base model's price, which may differ in its region. Confirm the price."
        : "It has the price of another model of its family. Confirm the price."),
    defaults > 1 &&
      `One of ${pluralize(defaults, "default")} of ${formatProviderName(model.provider_id)}. Make one of them the default.`,
    model.is_default && !model.is_active && "A default, but not active.",
    model.runtime_callable === false &&
      `The runtime can't call it. ${model.runtime_callable_because ?? ""}`.trim(),
    availabilityReason(model),
    test?.tone === "bad" && `The last test failed: ${test.label.toLowerCase()}.`,
  ].filter((reason) => typeof reason === "string");
}

function availabilityReason({ availability }: ModelRecord): string | null {
  if (availability.state === "active") return null;
  const label = availabilityLabel(availability);
  if (isGone(availability))
    return `${label}: calls to it fail. ${availability.because ?? ""}`.trim();
  return `${label}: choose a replacement before its provider turns it off.`;
}

const tests: Record<FilterName, (model: ModelRecord, flags: Flags) => boolean> = {
  active: (model) => model.is_active,
  inactive: (model) => !model.is_active,
  tools: (model) => model.supports_tools === true,
  vision: (model) => model.supports_vision === true,
  unpriced: (model) => model.input_price === null || model.output_price === null,
  in_use: (model) => model.used_by.length > 0,
  // Most models were never tested, and nothing is documented against them.
  callable: (model) => model.runtime_callable !== false && !isGone(model.availability),
  flagged: (model, flags) => flags.has(model.pk),
};

/** The models that match the tab, the search and the filters. */
export function filterModels(
  models: readonly ModelRecord[],
  { provider, q, filter, context }: ModelDialogs,
  flags: Flags,
): readonly ModelRecord[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const isAll = provider === null && words.length === 0 && filter.length === 0 && context === 0;
  if (isAll) return models;
  return models.filter(
    (model) =>
      (provider === null || model.provider_id === provider) &&
      (context === 0 || (model.max_tokens ?? 0) >= context) &&
      filter.every((name) => tests[name](model, flags)) &&
      (words.length === 0 || holdsAll(searchText(model), words)),
  );
}

const holdsAll = (text: string, words: string[]) => words.every((word) => text.includes(word));

/** Cached per record, because thousands are searched on each keystroke. */
const searchTexts = new WeakMap<ModelRecord, string>();

function searchText(model: ModelRecord): string {
  const cached = searchTexts.get(model);
  if (cached !== undefined) return cached;
  const { display_name, pk, provider_id, purpose } = model;
  const text = [display_name, pk, formatProviderName(provider_id), purpose ?? ""].join("\n");
  const lower = text.toLowerCase();
  searchTexts.set(model, lower);
  return lower;
}

/** How many models each provider has, in the order in which the API lists providers. */
export function countByProvider(models: readonly ModelRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { provider_id } of models) counts.set(provider_id, (counts.get(provider_id) ?? 0) + 1);
  return counts;
}
