import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fieldLabel,
  formatBytes,
  formatContextWindow,
  formatCount,
  formatDay,
  formatDuration,
  formatLongDay,
  formatMoney,
  formatMoneyChange,
  formatMonth,
  formatPercentChange,
  formatPeriodStart,
  formatPrice,
  formatPricePerTokens,
  formatPriceUsd,
  formatProviderName,
  formatRelativeTime,
  formatShare,
  formatTokensShort,
  formatUtc,
  formatUtcMinute,
  formatWait,
  pluralize,
} from "@/lib/format";
import { writeLegacyPrice } from "@/lib/prices/rules/price";

describe("money", () => {
  it.each([
    [null, "not priced"],
    [0, "$0.00"],
    [0.5, "$0.50"],
    [0.456, "$0.46"],
    [0.1, "$0.10"],
    [0.0996, "$0.10"],
    [0.05, "$0.05"],
    [0.0042, "$0.0042"],
    [0.0000412, "$0.000041"],
    [1, "$1.00"],
    [41.2, "$41.20"],
    [999.999, "$1,000.00"],
    [1204.5, "$1,204.50"],
    [1_234_567.891, "$1,234,567.89"],
    [-4.1, "-$4.10"],
    [-0.0042, "-$0.0042"],
  ])("%s USD is %s", (usd, text) => {
    expect(formatMoney(usd)).toBe(text);
  });

  it.each([
    [0.0000412, "$0.0000412"],
    [0.456, "$0.456"],
    [0.5, "$0.50"],
    [1.2345, "$1.23"],
    [12.345678, "$12.35"],
    [1204.5, "$1,204.50"],
  ])("%s USD of a single call is %s, with three significant digits", (usd, text) => {
    expect(formatMoney(usd, { significantDigits: 3 })).toBe(text);
  });

  it.each([
    [null, "not priced"],
    [0, "$0"],
    [30, "$30"],
    [43.7, "$43.70"],
    [0.0042, "$0.0042"],
    [29.999, "$30"],
    [1204.5, "$1,204.50"],
    [1204, "$1,204"],
  ])("%s USD of a budget is %s, a round amount without cents", (usd, text) => {
    expect(formatMoney(usd, { cents: "unless-round" })).toBe(text);
  });

  it.each([
    [12.4, "+$12.40"],
    [-12.4, "-$12.40"],
    [-0.0042, "-$0.0042"],
    [0.5, "+$0.50"],
    [0, "$0.00"],
    [1204.5, "+$1,204.50"],
  ])("a change by %s USD is %s", (usd, text) => {
    expect(formatMoneyChange(usd)).toBe(text);
  });
});

describe("prices", () => {
  it.each([
    [0.8, "1M", "0.80"],
    [3.2, "1M", "3.20"],
    [15, "1M", "15.00"],
    [0.075, "1M", "0.075"],
    [0, "1M", "0.00"],
    [0.15, "1K", "0.00015"],
    [3, "1K", "0.003"],
    [0.0375, "1K", "0.0000375"],
    [600, "1K", "0.60"],
    [1204.5, "1M", "1,204.50"],
    [0.1 + 0.2, "1M", "0.30"],
    [0.1 + 0.2, "1K", "0.0003"],
  ] as const)("%d per 1M tokens, shown per %s, is %s", (price, unit, text) => {
    expect(formatPrice(price, unit)).toBe(text);
    expect(formatPriceUsd(price, unit)).toBe(`$${text}`);
    expect(formatPricePerTokens(price, unit)).toBe(`$${text} per ${unit} tokens`);
  });

  it("are not priced when null, never $0", () => {
    expect(formatPrice(null, "1M")).toBe("not priced");
    expect(formatPriceUsd(null, "1K")).toBe("not priced");
    expect(formatPricePerTokens(null, "1K")).toBe("not priced");
  });

  it("keep every digit in either unit and never have an exponent", () => {
    const prices = fc
      .tuple(fc.integer({ min: 0, max: 9_999_999_999 }), fc.integer({ min: 0, max: 6 }))
      .map(([digits, decimals]) => Number(`${digits}e-${decimals}`))
      .filter((price) => price < 10_000);
    fc.assert(
      fc.property(prices, fc.constantFrom("1M" as const, "1K" as const), (price, unit) => {
        const text = formatPrice(price, unit);
        expect(text).toMatch(/^\d{1,3}(,\d{3})*\.\d{2,}$/);
        expect(Number(text.replaceAll(",", ""))).toBe(writeLegacyPrice(price, unit));
      }),
    );
  });
});

describe("counts", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [4989, "4,989"],
    [1_048_576, "1,048,576"],
  ])("%d is %s", (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it.each([
    [0, "0 agents"],
    [1, "1 agent"],
    [3, "3 agents"],
    [1200, "1,200 agents"],
  ])("%d counted is %s", (count, text) => {
    expect(pluralize(count, "agent")).toBe(text);
  });

  it("have irregular plurals", () => {
    expect(pluralize(1, "entry", "entries")).toBe("1 entry");
    expect(pluralize(2, "entry", "entries")).toBe("2 entries");
  });

  it.each([
    [0, "0"],
    [950, "950"],
    [1500, "1.5K"],
    [128_000, "128K"],
    [19_843_211, "19.8M"],
    [1_200_000_000, "1.2B"],
  ])("%d tokens in short are %s", (tokens, text) => {
    expect(formatTokensShort(tokens)).toBe(text);
  });

  it.each([
    [512, "512"],
    [8192, "8K"],
    [131_072, "131K"],
    [200_000, "200K"],
    [999_499, "999K"],
    [999_500, "1M"],
    [1_048_576, "1.05M"],
    [2_000_000, "2M"],
  ])("a context window of %d tokens is %s", (tokens, text) => {
    expect(formatContextWindow(tokens)).toBe(text);
  });

  it.each([
    [0, "0%"],
    [0.004, "<1%"],
    [0.437, "44%"],
    [1.2, "120%"],
  ])("a share of %d is %s", (share, text) => {
    expect(formatShare(share)).toBe(text);
  });

  it.each([
    [0.2, 0, "+20%"],
    [-0.62, 0, "-62%"],
    [0, 0, "0%"],
    [0.125, 1, "+12.5%"],
  ])("a change by %d with %d decimals is %s", (ratio, decimals, text) => {
    expect(formatPercentChange(ratio, decimals)).toBe(text);
  });
});

describe("durations", () => {
  it.each([
    [0, "0 ms"],
    [312.4, "312 ms"],
    [999.6, "1.00 s"],
    [1240, "1.24 s"],
    [9_996, "10.0 s"],
    [12_340, "12.3 s"],
    [59_960, "1 min 0 s"],
    [63_000, "1 min 3 s"],
    [119_700, "2 min 0 s"],
  ])("%d ms are %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it.each([
    [412, "412 ms"],
    [1_940, "1.9 s"],
    [999.6, "1.0 s"],
    [63_000, "1 min 3 s"],
  ])("%d ms are %s where columns align", (ms, text) => {
    expect(formatDuration(ms, { decimals: 1 })).toBe(text);
  });
});

describe("times", () => {
  const now = Date.parse("2026-03-01T12:00:00Z");

  it.each([
    ["2026-03-01T11:59:40Z", "just now", "now"],
    ["2026-03-01T11:59:00Z", "1 minute ago", "1 min"],
    ["2026-03-01T10:00:01Z", "1 hour ago", "1 h"],
    ["2026-02-27T12:00:00Z", "2 days ago", "2 d"],
    ["2025-10-01T12:00:00Z", "4 months ago", "4 mo"],
    ["2023-03-01T12:00:00Z", "3 years ago", "3 y"],
    ["2026-03-01T12:38:00Z", "in 38 minutes", "in 38 min"],
  ])("%s is %s", (at, long, short) => {
    expect(formatRelativeTime(at, now, "long")).toBe(long);
    expect(formatRelativeTime(at, now, "short")).toBe(short);
  });

  it("are shown in UTC, whatever their zone", () => {
    expect(formatUtc("2026-03-01T14:00:05+02:00")).toBe("2026-03-01 12:00:05 UTC");
    expect(formatUtcMinute("2026-03-01T12:00:05Z")).toBe("2026-03-01 12:00 UTC");
  });

  it("have days and months", () => {
    expect(formatDay("2027-01-05")).toBe("5 Jan 2027");
    expect(formatLongDay("2026-11-22")).toBe("Sunday 22 November 2026");
    expect(formatMonth("2026-11-01T00:00:00.000Z")).toBe("November 2026");
    expect(formatPeriodStart("2026-11-03T14:00:00Z", 86_400)).toBe("Nov 3");
    expect(formatPeriodStart(Date.UTC(2026, 10, 3, 14), 3600)).toBe("Nov 3, 14:00");
  });

  it("stay as they are if they aren't times", () => {
    expect(formatRelativeTime("yesterday", now, "long")).toBe("yesterday");
    for (const format of [formatUtc, formatDay, formatLongDay]) {
      expect(format("yesterday")).toBe("yesterday");
    }
  });
});

describe("names", () => {
  it.each([
    ["bedrock", "Amazon Bedrock"],
    ["amazon", "Amazon Bedrock"],
    ["gpt", "OpenAI"],
    ["acme", "acme"],
    ["", ""],
  ])("the provider stored as %j is %j", (stored, name) => {
    expect(formatProviderName(stored)).toBe(name);
  });

  it("fields have one label on every screen, unknown ones their own name", () => {
    expect(fieldLabel("max_tokens", "model")).toBe("Context window");
    expect(fieldLabel("llm_model", "agent")).toBe("Model");
    expect(fieldLabel("owner", "model")).toBe("owner");
  });
});

it.each([
  [1, "1 s"],
  [59, "59 s"],
  [60, "1 min"],
  [432, "7 min 12 s"],
  [3600, "1 h"],
  [7500, "2 h 5 min"],
])("a wait of %d seconds is %s", (seconds, text) => {
  expect(formatWait(seconds)).toBe(text);
});

it.each([
  [0, "0 B"],
  [999, "999 B"],
  [88_000, "88 kB"],
  [999_600, "1.0 MB"],
  [1_600_000, "1.6 MB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
