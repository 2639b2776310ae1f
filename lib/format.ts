import { providerIdOf, providerInfo } from "@/lib/provider-names";
import { utcTime } from "@/lib/utc-time";
import type { PriceUnit } from "./prices/rules/price";

/*
 * Formats values for people, on screens, in findings and in event sentences. Exports, the API and
 * stored events keep raw values. Not by the visitor's locale: server and browser must agree.
 */

const notPriced = "not priced";

const count = new Intl.NumberFormat("en-US");

/** "128,000" */
export function formatCount(value: number): string {
  return count.format(value);
}

/** "1 agent", "1,200 agents" */
export function pluralize(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`;
}

const dollars = { style: "currency", currency: "USD" } as const;
const signed = { ...dollars, signDisplay: "exceptZero" } as const;
const significant = (style: Intl.NumberFormatOptions, maximumSignificantDigits: number) =>
  new Intl.NumberFormat("en-US", { ...style, maximumSignificantDigits });
const money = {
  cents: new Intl.NumberFormat("en-US", dollars),
  small: { 2: significant(dollars, 2), 3: significant(dollars, 3) },
};
const moneyChange = {
  cents: new Intl.NumberFormat("en-US", signed),
  small: significant(signed, 2),
};

/** At least two decimals; more if the first significant digits come later. */
function withDigits(value: number, cents: Intl.NumberFormat, small: Intl.NumberFormat): string {
  const text = small.format(value);
  return /\.\d\d/.test(text) ? text : cents.format(value);
}

export type MoneyOptions = {
  /** Significant digits of an amount below a dollar. The cost of one call has three. */
  significantDigits?: 2 | 3;
  /** Whether cents are shown. A budget is typed without cents, so round ones show none. */
  cents?: "always" | "unless-round";
};

/** USD: "$1,204.50", "$0.0042"; null is "not priced". */
export function formatMoney(usd: number | null, options: MoneyOptions = {}): string {
  if (usd === null) return notPriced;
  const text = withDigits(usd, money.cents, money.small[options.significantDigits ?? 2]);
  return options.cents === "unless-round" ? text.replace(/\.00$/, "") : text;
}

/** What usage cost: "at least …" where tokens have no price, "not priced" where none has. */
export function formatSpend(
  usage: { cost_usd: number | null; unpriced_tokens: number },
  options?: MoneyOptions,
): string {
  const { cost_usd, unpriced_tokens } = usage;
  const isPart = cost_usd !== null && unpriced_tokens > 0;
  return `${isPart ? "at least " : ""}${formatMoney(cost_usd, options)}`;
}

/** A difference in USD: "+$12.40", "-$0.0042", "$0.00". */
export function formatMoneyChange(usd: number): string {
  return withDigits(usd, moneyChange.cents, moneyChange.small);
}

const priceDecimals = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
/** Binary arithmetic adds noise beyond 12 digits: 0.1 + 0.2 is 0.30000000000000004. */
const priceDigits = significant({}, 12);

/**
 * A price without the dollar sign: at least two decimals, every digit that is stored, no exponent.
 * @param price USD per 1M tokens; null is "not priced"
 */
export function formatPrice(price: number | null, unit: PriceUnit): string {
  if (price === null) return notPriced;
  return withDigits(unit === "1M" ? price : price / 1000, priceDecimals, priceDigits);
}

/** "$2.50" for USD per 1M tokens in the requested unit, or "not priced". */
export function formatPriceUsd(price: number | null, unit: PriceUnit): string {
  return price === null ? notPriced : `$${formatPrice(price, unit)}`;
}

/** "$2.50 per 1M tokens", or "not priced". */
export function formatPricePerTokens(price: number | null, unit: PriceUnit): string {
  return price === null ? notPriced : `${formatPriceUsd(price, unit)} per ${unit} tokens`;
}

const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** Tokens on the Costs pages: "19.8M", "16.4K". */
export function formatTokensShort(tokens: number): string {
  return compact.format(tokens);
}

/** A limit in tokens on the Models page: "128K", "1.05M". */
export function formatContextWindow(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}K`;
  return `${Number((tokens / 1_000_000).toFixed(2))}M`;
}

/** "312 B", "88 kB", "1.6 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 });
const percentChange = [0, 1].map(
  (maximumFractionDigits) =>
    new Intl.NumberFormat("en-US", {
      style: "percent",
      maximumFractionDigits,
      signDisplay: "exceptZero",
    }),
);

/** A share from 0 to 1: "12%", or "<1%" if it rounds to zero. */
export function formatShare(share: number): string {
  return share > 0 && share < 0.01 ? "<1%" : percent.format(share);
}

/** A change relative to the earlier value: "+12%", "-62%". */
export function formatPercentChange(ratio: number, maxDecimals = 0): string {
  return (percentChange[maxDecimals] ?? percent).format(ratio);
}

/** Larger changes aren't meaningful as numbers. */
const maxChange = 9.99;

/** "+12%", at most "over +999%"; null if there is no earlier value. */
export function formatChange(now: number | null, before: number | null | undefined): string | null {
  if (now === null || !before) return null;
  const change = now / before - 1;
  return change > maxChange
    ? `over ${formatPercentChange(maxChange)}`
    : formatPercentChange(change);
}

/**
 * "312 ms", "1.24 s", "1 min 3 s"
 * @param decimals of seconds; columns that align take one
 */
export function formatDuration(ms: number, { decimals }: { decimals?: 1 } = {}): string {
  const wholeMs = Math.round(ms);
  if (wholeMs < 1000) return `${wholeMs} ms`;
  const seconds = (ms / 1000).toFixed(decimals ?? (ms < 9995 ? 2 : 1));
  if (Number(seconds) < 60) return `${seconds} s`;
  const wholeSeconds = Math.round(ms / 1000);
  return `${Math.floor(wholeSeconds / 60)} min ${wholeSeconds % 60} s`;
}

/** A time to wait, in whole seconds: "34 s", "7 min 12 s", "2 h 5 min". */
export function formatWait(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** "2026-01-05 12:03:11 UTC"; the text itself when it is not a time. */
export function formatUtc(at: string): string {
  const time = utcTime(at);
  if (Number.isNaN(time)) return at;
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "2026-01-05 12:03 UTC" */
export function formatUtcMinute(at: string): string {
  return formatUtc(at).replace(/:\d\d UTC$/, " UTC");
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** "15:47" in the reader's time zone. Only for what the browser renders. */
export function formatClock(at: string): string {
  return clock.format(new Date(at));
}

const steps = [
  { unit: "second", short: "s", ms: 1000, upTo: 60_000 },
  { unit: "minute", short: "min", ms: 60_000, upTo: 3_600_000 },
  { unit: "hour", short: "h", ms: 3_600_000, upTo: 86_400_000 },
  { unit: "day", short: "d", ms: 86_400_000, upTo: 60 * 86_400_000 },
  { unit: "month", short: "mo", ms: 30.44 * 86_400_000, upTo: 730 * 86_400_000 },
  { unit: "year", short: "y", ms: 365.25 * 86_400_000, upTo: Number.POSITIVE_INFINITY },
] as const;

const justNowMs = 45_000;

/**
 * "just now", "2 hours ago", "in 3 days"; short: "now", "2 h", "in 3 d". Rounded down, so that
 * nothing looks older than it is. Returns the text itself if it isn't a time.
 * @param now milliseconds since 1970
 */
export function formatRelativeTime(at: string, now: number, style: "short" | "long"): string {
  const time = utcTime(at);
  if (Number.isNaN(time)) return at;
  const distance = Math.abs(now - time);
  if (distance < justNowMs) return style === "short" ? "now" : "just now";
  const step = steps.find(({ upTo }) => distance < upTo) ?? steps[steps.length - 1];
  if (!step) return at;
  const value = Math.max(1, Math.floor(distance / step.ms));
  const amount = style === "short" ? `${value} ${step.short}` : pluralize(value, step.unit);
  if (time > now) return `in ${amount}`;
  return style === "short" ? amount : `${amount} ago`;
}

const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months =
  "January February March April May June July August September October November December".split(
    " ",
  );

/**
 * In UTC; null if it isn't a time. Doesn't use Intl, whose commas differ between server and
 * browser.
 */
function dateParts(at: string | number) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return null;
  const weekday = weekdays[date.getUTCDay()] ?? "";
  const month = months[date.getUTCMonth()] ?? "";
  return { weekday, day: date.getUTCDate(), month, year: date.getUTCFullYear() };
}

/** "5 Jan 2027" for 2027-01-05; the text itself when it is not a date. */
export function formatDay(date: string): string {
  const [year, month, day] = date.split("-").map(Number);
  const name = month === undefined ? undefined : months[month - 1];
  return year && name && day ? `${day} ${name.slice(0, 3)} ${year}` : date;
}

/** "Sunday 22 November 2026" for 2026-11-22; the text itself when it is not a date. */
export function formatLongDay(day: string): string {
  const parts = dateParts(day);
  return parts ? `${parts.weekday} ${parts.day} ${parts.month} ${parts.year}` : day;
}

/** "November 2026", in UTC. */
export function formatMonth(at: string): string {
  const parts = dateParts(at);
  return parts ? `${parts.month} ${parts.year}` : at;
}

/** The beginning of a period in UTC: "Nov 3", or "Nov 3, 14:00" where periods are hours. */
export function formatPeriodStart(at: string | number, periodSeconds: number): string {
  const parts = dateParts(at);
  if (!parts) return String(at);
  const day = `${parts.month.slice(0, 3)} ${parts.day}`;
  if (periodSeconds >= 86_400) return day;
  return `${day}, ${new Date(at).toISOString().slice(11, 16)}`;
}

/** "Amazon Bedrock" for its ID or an alias; an unknown name is returned unchanged. */
export function formatProviderName(stored: string): string {
  const id = providerIdOf(stored);
  return id ? providerInfo(id).name : stored;
}

/** What screens call the attributes of each kind of entity. */
export const fieldLabels = {
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
    prices_from: "Prices in force from",
  },
  agent: {
    llm_provider: "Provider",
    llm_model: "Model",
    system_prompt: "System prompt",
  },
  key: { last_four: "Key ending in" },
  check: { reason: "Reason", until: "Dismissed until" },
  budget: { monthly_usd: "USD a month" },
  catalog: { format: "Format", as_of: "Day of the file", models: "Models" },
  token: { role: "Role", expires_at: "Works until" },
  access: {},
  sign_in: {},
} as const;

/** What screens call an attribute; its own name when no screen has another. */
export function fieldLabel(name: string, kind: keyof typeof fieldLabels): string {
  const labels: Readonly<Record<string, string>> = fieldLabels[kind];
  return labels[name] ?? name;
}
