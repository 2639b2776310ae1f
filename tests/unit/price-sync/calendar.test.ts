import { expect, test } from "vitest";
import { calendarOf } from "@/lib/price-sync/rules/calendar";
import type { ComingChange } from "@/lib/price-sync/schema";

const change: ComingChange = {
  kind: "retirement",
  on: "2026-12-15",
  pk: "openai#gpt-4o",
  display_name: "GPT-4o",
  agents: 2,
  prices: [],
  month_usd: null,
  then_usd: null,
  layer: null,
  source: null,
};

const calendar = (changes: ComingChange[]) =>
  calendarOf({ as_of: "2026-11-28T10:00:00.000Z", unknown_because: null, changes });

/** Content lines after unfolding, by RFC 5545, section 3.1. */
const linesOf = (text: string) => text.replaceAll("\r\n ", "").split("\r\n");

test("lines end in CRLF and have at most 75 bytes, within whole characters", () => {
  const display_name = "Größtes Modell 🚀, mit; allem \\ drum und dran ".repeat(6).trim();
  const text = calendar([{ ...change, display_name }]);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  for (const line of text.split("\r\n")) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toContain("\uFFFD");
  }
  const summary = linesOf(text).find((line) => line.startsWith("SUMMARY:")) ?? "";
  const value = summary.slice("SUMMARY:".length).replace(/\\(?<character>.)/g, "$<character>");
  expect(value).toBe(`${display_name} is retired`);
});

test("each event has a UID of its own, a time stamp, and its day", () => {
  const other = { ...change, kind: "prices" as const };
  const lines = linesOf(calendar([change, other]));
  const uids = lines.filter((line) => line.startsWith("UID:"));
  expect(new Set(uids).size).toBe(2);
  expect(lines.filter((line) => line === "DTSTAMP:20261128T100000Z")).toHaveLength(2);
  expect(lines.filter((line) => line === "DTSTART;VALUE=DATE:20261215")).toHaveLength(2);
  expect(lines.at(0)).toBe("BEGIN:VCALENDAR");
  expect(lines.slice(-2)).toEqual(["END:VCALENDAR", ""]);
});

test("whatever another tool wrote into a name, no line begins within it", () => {
  const display_name = "A\r\nEND:VCALENDAR\rB\nC\u0000\u0007D\u2028E";
  const text = calendar([{ ...change, display_name }]);
  expect(text.match(/^END:VCALENDAR\r$/gm)).toHaveLength(1);
  expect(text.replaceAll("\r\n", "")).not.toMatch(/\p{Cc}/u);
  expect(linesOf(text)).toContain("SUMMARY:A\\nEND:VCALENDAR\\nB\\nCD\u2028E is retired");
});

test("what a model costs says what it leaves out, and whose price it is at", () => {
  const cost = { month_usd: 12.5, then_usd: 10, by_family_usd: 12.5 };
  const lines = linesOf(calendar([{ ...change, ...cost, too_low: ["cache_tokens"] }]));
  const description = lines.find((line) => line.startsWith("DESCRIPTION:")) ?? "";
  expect(description).toContain("The last 30 days cost $12.50\\, then $10.00.");
  expect(description).toContain("$12.50 of it is at a price by family.");
  expect(description).toMatch(/Too low/);
});
