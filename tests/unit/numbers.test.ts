import fc from "fast-check";
import { expect, test } from "vitest";
import { parseNumber } from "@/lib/numbers";

const value = (text: string) => {
  const parsed = parseNumber(text);
  return parsed.kind === "number" ? parsed.value : parsed.kind;
};

test.each([
  ["10,50", 10.5],
  ["0,5", 0.5],
  [",5", 0.5],
  ["0,500", 0.5],
  ["1.000,50", 1000.5],
  ["1,000.50", 1000.5],
  ["1,000,000", 1_000_000],
  ["1.000.000", 1_000_000],
  ["1.000.000,5", 1_000_000.5],
  ["1,00,000", 100_000],
  ["1 000", 1000],
  ["1\u00a0000,50", 1000.5],
  ["1\u202f000", 1000],
  ["1'000", 1000],
  ["1’000.50", 1000.5],
  ["1_000", 1000],
  ["1 000,500", 1000.5],
  ["12345,678", 12345.678],
  ["1.0000", 1],
  ["5.", 5],
  ["$1,204.50", 1204.5],
  ["$ 10", 10],
  ["10 USD", 10],
  ["USD 10,50", 10.5],
  ["+2.5", 2.5],
  ["-2,5", -2.5],
  ["\u22122.5", -2.5],
  ["1.5e-07", 1.5e-7],
  ["1,5E-7", 1.5e-7],
  ["1.500e3", 1500],
  ["2e6", 2_000_000],
])("%s is %d", (text, expected) => {
  expect(value(text)).toBe(expected);
});

test.each(["", "  ", "\u00a0"])("an empty text %j is no number", (text) => {
  expect(value(text)).toBe("empty");
});

test.each([
  "1 00",
  "1,0,5",
  "1.000,000.5",
  "1,00.0,5",
  "1'00",
  "1,000'000",
  "ten",
  "0x10",
  "1e",
  "e5",
  "1e400",
  "Infinity",
  "NaN",
  "--1",
  "1-2",
  "10 EUR",
  "€10",
  ".",
  ",",
  "1,,000",
  "1 , 5",
])("%s is invalid", (text) => {
  expect(value(text)).toBe("invalid");
});

test.each([
  ["1,000", 1000, 1, "1,000 could be 1000 or 1. Type one of these."],
  ["1.000", 1000, 1, "1.000 could be 1000 or 1. Type one of these."],
  ["-1,000", -1000, -1, "-1,000 could be -1000 or -1. Type one of these."],
  ["$128.000", 128_000, 128, "128.000 could be 128000 or 128. Type one of these."],
  ["1,125", 1125, 1.125, "1,125 could be 1125 or 1.1250. Type one of these."],
  ["1,500e-3", 1.5, 0.0015, "1,500e-3 could be 1.5 or 0.0015. Type one of these."],
])("%s is ambiguous and names both readings", (text, grouped, decimal, message) => {
  expect(parseNumber(text)).toEqual({ kind: "ambiguous", grouped, decimal, message });
});

test("the suggestion for an ambiguous number is not ambiguous itself", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 999 }),
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom(",", "."),
      (whole, rest, separator) => {
        const parsed = parseNumber(`${whole}${separator}${String(rest).padStart(3, "0")}`);
        if (parsed.kind !== "ambiguous") throw new Error("not ambiguous");
        const [grouped, decimal] = parsed.message.matchAll(/(?<=be |or )[\d.]*\d/g);
        expect(value(grouped?.[0] ?? "")).toBe(parsed.grouped);
        expect(value(decimal?.[0] ?? "")).toBe(parsed.decimal);
      },
    ),
  );
});

test("in the notation of programs a point is always the decimal point", () => {
  expect(parseNumber("1.125", { notation: "program" })).toEqual({ kind: "number", value: 1.125 });
  expect(parseNumber("1,125", { notation: "program" }).kind).toBe("ambiguous");
  expect(parseNumber("10,50", { notation: "program" })).toEqual({ kind: "number", value: 10.5 });
});

test("any number is read back in English, German, Swiss, French and Indian notation", () => {
  const styles = ["en-US", "de-DE", "de-CH", "fr-FR", "en-IN"];
  fc.assert(
    fc.property(
      fc.constantFrom(...styles),
      fc.integer({ min: 1000, max: 999_999_999 }),
      fc.integer({ min: 1, max: 99 }),
      (style, whole, cents) => {
        const amount = whole + cents / 100;
        const text = new Intl.NumberFormat(style, { minimumFractionDigits: 2 }).format(amount);
        expect(value(text)).toBe(Number(amount.toFixed(2)));
      },
    ),
  );
});
