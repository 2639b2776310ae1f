import type { ActivityEntity, ActivityEvent } from "@/lib/activity/schema";
import { formatPriceUsd } from "@/lib/models/price";

export type ChangedValue = {
  name: string;
  label: string;
  before: string | null;
  after: string | null;
  /** Values of a fixed vocabulary read as words, ids and texts as they are stored. */
  isWords: boolean;
};

const labels: Record<ActivityEntity["kind"], Record<string, string>> = {
  model: {
    display_name: "Name",
    purpose: "Purpose",
    input_price: "Input price",
    output_price: "Output price",
    cache_read_price: "Cache read price",
    cache_write_price: "Cache write price",
    input_price_source: "Input price set by",
    output_price_source: "Output price set by",
    cache_read_price_source: "Cache read price set by",
    cache_write_price_source: "Cache write price set by",
    input_price_per_1k: "Input price, older attribute",
    output_price_per_1k: "Output price, older attribute",
    max_tokens: "Context window",
    max_output_tokens: "Output limit",
    supports_tools: "Tools",
    supports_vision: "Vision",
    is_active: "Active",
    is_default: "Default",
    lifecycle: "Provider's lifecycle",
    retires_on: "Provider retires it on",
    created_at: "Added",
  },
  agent: {
    llm_provider: "Provider",
    llm_model: "Model",
    system_prompt: "System prompt",
  },
  key: { last_four: "Key ending in" },
  check: { reason: "Reason", until: "Dismissed until" },
  budget: { monthly_usd: "USD a month" },
  token: { role: "Role", expires_at: "Works until" },
  access: {},
  sign_in: {},
};

const prices = new Set(["input_price", "output_price", "cache_read_price", "cache_write_price"]);
const counts = new Set(["max_tokens", "max_output_tokens"]);
const worded = new Set([...prices, ...counts, "is_active", "display_name", "purpose"]);
/** The key says the first three; the last is the time of the event. */
const untold = new Set(["pk", "provider", "model_id", "updated_at"]);

/** Which attributes an event changed, each with both values as a reader understands them. */
export function changedValues({ entity, before, after }: ActivityEvent): ChangedValue[] {
  const known = labels[entity.kind];
  const names = new Set([
    ...Object.keys(known),
    ...Object.keys(before ?? {}),
    ...Object.keys(after ?? {}),
  ]);
  return [...names].flatMap((name) => {
    const [old, next] = [before?.[name], after?.[name]];
    if (untold.has(name) || (old === undefined && next === undefined)) return [];
    // A price says by itself who set it: whoever made this change.
    const price = /^(\w+_price)_source$/.exec(name)?.[1];
    if (price && after && (price in after || price in (before ?? {}))) return [];
    const value = { name, before: valueInWords(name, old), after: valueInWords(name, next) };
    const isWords = worded.has(name) || isFlag(old) || isFlag(next);
    return [{ ...value, label: known[name] ?? name, isWords }];
  });
}

/** What screens call an attribute, of whatever it is. */
export function attributeLabel(name: string): string {
  return labels.model[name] ?? labels.agent[name] ?? name;
}

/** One raw attribute value, such as {"N": "2.5"}, as text; null when there is none. */
export function valueInWords(name: string, raw: object | undefined): string | null {
  if (raw === undefined || "NULL" in raw) return null;
  if (isFlag(raw)) return raw.BOOL ? "yes" : "no";
  if (name === "is_active" && "S" in raw) return raw.S === "false" ? "no" : "yes";
  if ("N" in raw && typeof raw.N === "string") return numberInWords(name, raw.N);
  if ("S" in raw && typeof raw.S === "string") return raw.S;
  return JSON.stringify(Object.values(raw)[0]);
}

/** Prices are USD per 1M tokens; every other number keeps the digits that the table has. */
function numberInWords(name: string, digits: string): string {
  const value = Number(digits);
  if (prices.has(name) && Number.isFinite(value)) {
    return `${formatPriceUsd(value, "1M")} per 1M tokens`;
  }
  if (counts.has(name) && Number.isSafeInteger(value)) {
    return `${value.toLocaleString("en-US")} tokens`;
  }
  return digits;
}

function isFlag(raw: object | undefined): raw is { BOOL: boolean } {
  return raw !== undefined && "BOOL" in raw && typeof raw.BOOL === "boolean";
}
