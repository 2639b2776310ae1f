import type { ActivityEvent } from "@/lib/activity/schema";
import { fieldLabel, fieldLabels, formatCount, formatPricePerTokens } from "@/lib/format";

export type ChangedValue = {
  name: string;
  label: string;
  before: string | null;
  after: string | null;
  /** Shown as prose. Other values are shown in monospace, as stored. */
  isProse: boolean;
};

const prices = new Set(["input_price", "output_price", "cache_read_price", "cache_write_price"]);
const counts = new Set(["max_tokens", "max_output_tokens"]);
const proseNames = new Set([...prices, ...counts, "is_active", "display_name", "purpose"]);
/** The event already shows these: the entity contains the first three, and it has its own time. */
const hiddenAttributes = new Set(["pk", "provider", "model_id", "updated_at"]);

/** The attributes that an event changed, with both values formatted. */
export function changedValues({ entity, before, after }: ActivityEvent): ChangedValue[] {
  const names = new Set([
    ...Object.keys(fieldLabels[entity.kind]),
    ...Object.keys(before ?? {}),
    ...Object.keys(after ?? {}),
  ]);
  return [...names].flatMap((name) => {
    const [old, next] = [before?.[name], after?.[name]];
    if (hiddenAttributes.has(name) || (old === undefined && next === undefined)) return [];
    // Skips price sources, because the event's actor set them.
    const price = /^(\w+_price)_source$/.exec(name)?.[1];
    if (price && after && (price in after || price in (before ?? {}))) return [];
    const value = {
      name,
      before: formatAttributeValue(name, old),
      after: formatAttributeValue(name, next),
    };
    const isProse = proseNames.has(name) || isFlag(old) || isFlag(next);
    return [{ ...value, label: fieldLabel(name, entity.kind), isProse }];
  });
}

/** The label of an attribute of any entity. */
export function attributeLabel(name: string): string {
  const ofModel = fieldLabel(name, "model");
  return ofModel === name ? fieldLabel(name, "agent") : ofModel;
}

/** Formats a raw attribute value such as {"N": "2.5"}; null if there is none. */
export function formatAttributeValue(name: string, raw: object | undefined): string | null {
  if (raw === undefined || "NULL" in raw) return null;
  if (isFlag(raw)) return raw.BOOL ? "yes" : "no";
  if (name === "is_active" && "S" in raw) return raw.S === "false" ? "no" : "yes";
  if ("N" in raw && typeof raw.N === "string") return formatNumber(name, raw.N);
  if ("S" in raw && typeof raw.S === "string") return raw.S;
  return JSON.stringify(Object.values(raw)[0]);
}

/** Prices are USD per 1M tokens; other numbers keep the stored digits. */
function formatNumber(name: string, digits: string): string {
  const value = Number(digits);
  if (prices.has(name) && Number.isFinite(value)) return formatPricePerTokens(value, "1M");
  if (counts.has(name) && Number.isSafeInteger(value)) {
    return `${formatCount(value)} tokens`;
  }
  return digits;
}

function isFlag(raw: object | undefined): raw is { BOOL: boolean } {
  return raw !== undefined && "BOOL" in raw && typeof raw.BOOL === "boolean";
}
