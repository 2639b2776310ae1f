import * as z from "zod/mini";
import type { AvailableModel } from "@/lib/discovery/schema";
import { type lifecycles, ModelChanges, ModelDraft, type ModelRecord } from "@/lib/models/schema";
import { messageOf, type ParsedNumber, parseNumber } from "@/lib/numbers";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { type PriceEntry, parseEntry, priceEntry } from "./price-entry";

export type ChangeName = Exclude<keyof ModelChanges, "price_source">;

type Answer = "yes" | "no" | "unknown";

/** The fields as typed, under the record's names. */
export type ModelFormValues = {
  provider: string;
  model_id: string;
  display_name: string;
  purpose: string;
  input_price: PriceEntry;
  output_price: PriceEntry;
  cache_read_price: PriceEntry;
  cache_write_price: PriceEntry;
  max_tokens: string;
  max_output_tokens: string;
  supports_tools: Answer;
  supports_vision: Answer;
  lifecycle: "" | (typeof lifecycles)[number];
  retires_on: string;
  is_active: boolean;
  is_default: boolean;
};

export const priceFields = [
  "input_price",
  "output_price",
  "cache_read_price",
  "cache_write_price",
] as const;
const tokenFields = ["max_tokens", "max_output_tokens"] as const;
type NumberName = (typeof priceFields)[number] | (typeof tokenFields)[number];

export const formFields = [
  "provider",
  "model_id",
  "display_name",
  "purpose",
  ...priceFields,
  ...tokenFields,
  "supports_tools",
  "supports_vision",
  "lifecycle",
  "retires_on",
  "is_default",
] as const satisfies (keyof ModelFormValues)[];

const answer = (value: boolean | null): Answer =>
  value === null ? "unknown" : value ? "yes" : "no";
const typed = (value: number | null) => (value === null ? "" : String(value));

/** A model's values as form fields, prices in the screen's unit. */
export function formValues(record: Partial<ModelRecord>, unit: PriceUnit): ModelFormValues {
  return {
    provider: record.provider ?? "",
    model_id: record.model_id ?? "",
    display_name: record.display_name ?? "",
    purpose: record.purpose ?? "",
    input_price: priceEntry(record.input_price ?? null, unit),
    output_price: priceEntry(record.output_price ?? null, unit),
    cache_read_price: priceEntry(record.cache_read_price ?? null, unit),
    cache_write_price: priceEntry(record.cache_write_price ?? null, unit),
    max_tokens: typed(record.max_tokens ?? null),
    max_output_tokens: typed(record.max_output_tokens ?? null),
    supports_tools: answer(record.supports_tools ?? null),
    supports_vision: answer(record.supports_vision ?? null),
    lifecycle: record.lifecycle ?? "",
    retires_on: record.retires_on ?? "",
    is_active: record.is_active ?? true,
    is_default: record.is_default ?? false,
  };
}

/** The form for adding a listed model. */
export function defaultValues(offer: AvailableModel, unit: PriceUnit): ModelFormValues {
  const { pk: _, ...facts } = offer;
  return formValues(facts, unit);
}

type Issues = { path: PropertyKey[]; message: string }[];

function readNumbers(values: ModelFormValues, issues: Issues) {
  const numbers: Partial<Record<NumberName, number | null>> = {};
  const take = (name: NumberName, parsed: ParsedNumber, ifInvalid: string) => {
    if (parsed.kind === "number") numbers[name] = parsed.value;
    else if (parsed.kind === "empty") numbers[name] = null;
    else issues.push({ path: [name], message: messageOf(parsed, ifInvalid) });
  };
  for (const name of priceFields) {
    const message = "Type a number, such as 0.15. Leave it empty for not priced.";
    take(name, parseEntry(values[name]), message);
  }
  for (const name of tokenFields) {
    const parsed = parseNumber(values[name]);
    const isWhole = parsed.kind !== "number" || Number.isInteger(parsed.value);
    const message = "Type a whole number, such as 128000. Leave it empty when not known.";
    take(name, isWhole ? parsed : { kind: "invalid" }, message);
  }
  return numbers;
}

const capabilityValues = { yes: true, no: false, unknown: null } as const;

function readValues(values: ModelFormValues, ctx: z.core.ParsePayload): ModelChanges {
  const issues: Issues = [];
  const numbers = readNumbers(values, issues);
  for (const issue of issues) ctx.issues.push({ code: "custom", input: values, ...issue });
  return {
    display_name: values.display_name.trim(),
    purpose: values.purpose.trim() || null,
    ...numbers,
    supports_tools: capabilityValues[values.supports_tools],
    supports_vision: capabilityValues[values.supports_vision],
    lifecycle: values.lifecycle || null,
    retires_on: values.retires_on || null,
  };
}

/** The form of an existing model, validated with the API's own schema. */
export const EditedModel = z.pipe(z.transform(readValues), ModelChanges);

/** The form of a new model, validated with the API's own schema. */
export const NewModel = z.pipe(
  z.transform(
    (values: ModelFormValues, ctx: z.core.ParsePayload): ModelDraft => ({
      ...readValues(values, ctx),
      provider: values.provider,
      model_id: values.model_id.trim(),
      display_name: values.display_name.trim() || undefined,
      ...(values.is_default && { is_default: true }),
      // Untouched catalog prices keep the source `catalog`.
      price_source: "catalog",
    }),
  ),
  ModelDraft,
);

/** The form that repairs a defective row. It contains only the invalid attributes. */
export function repairedModel(names: readonly ChangeName[]) {
  return z.pipe(
    z.transform((values: ModelFormValues, ctx: z.core.ParsePayload): ModelChanges => {
      const { is_active, is_default } = values;
      const all: ModelChanges = { ...readValues(values, ctx), is_active, is_default };
      const entries = Object.entries(all).filter(([name]) => names.some((other) => other === name));
      // Entries of an object of this type.
      return Object.fromEntries(entries) as ModelChanges;
    }),
    ModelChanges,
  );
}

/** Like `changesSince`, but with all prices if none differs, because they get a new effective date. */
export function repricedSince(base: ModelRecord, edited: ModelChanges): ModelChanges {
  const changes = changesSince(base, edited);
  if (priceFields.some((name) => name in changes)) return changes;
  const prices = priceFields.filter((name) => typeof edited[name] === "number");
  return { ...changes, ...Object.fromEntries(prices.map((name) => [name, edited[name]])) };
}

/** The values that differ from the record with which the form was opened. */
export function changesSince(base: ModelRecord, edited: ModelChanges): ModelChanges {
  // Entries of an object of this type.
  return Object.fromEntries(
    Object.entries(edited).filter(([name, value]) => base[name as ChangeName] !== value),
  ) as ModelChanges;
}
