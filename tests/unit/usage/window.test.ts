import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { usageWindow } from "@/lib/usage/rules/window";

const now = Date.parse("2026-11-22T20:33:06Z");
const windowOf = (query: { from?: string; to?: string }) => {
  const { start, end, period_seconds } = usageWindow(query, now);
  return [new Date(start).toISOString(), new Date(end).toISOString(), period_seconds];
};

test("the default is the last 30 days in whole UTC days", () => {
  expect(windowOf({})).toEqual(["2026-10-23T00:00:00.000Z", "2026-11-23T00:00:00.000Z", 86_400]);
});

test("up to 14 days come in hours, longer ranges in days", () => {
  expect(windowOf({ from: "2026-11-08T20:40:00Z" })).toEqual([
    "2026-11-08T20:00:00.000Z",
    "2026-11-22T21:00:00.000Z",
    3600,
  ]);
  expect(windowOf({ from: "2026-11-08T20:00:00Z" })[2]).toBe(86_400);
});

test("a day is included completely, and a time with an offset is exact", () => {
  expect(windowOf({ from: "2026-11-01", to: "2026-11-03" })).toEqual([
    "2026-11-01T00:00:00.000Z",
    "2026-11-04T00:00:00.000Z",
    3600,
  ]);
  expect(windowOf({ from: "2026-11-01T02:00:00+02:00", to: "2026-11-01T01:00:00Z" })).toEqual([
    "2026-11-01T00:00:00.000Z",
    "2026-11-01T01:00:00.000Z",
    3600,
  ]);
});

test("invalid ranges are refused by field", () => {
  const field = (query: { from?: string; to?: string }) => {
    try {
      usageWindow(query, now);
      return null;
    } catch (error) {
      return error instanceof AppError ? error.errors?.[0]?.path : error;
    }
  };
  expect(field({ from: "2026-11-20", to: "2026-11-19" })).toBe("to");
  expect(field({ from: "2026-11-23" })).toBe("from");
  expect(field({ from: "2025-08-01" })).toBe("from");
  expect(field({ to: "2025-08-20" })).toBe("to");
  expect(field({ from: "2025-08-24", to: "2027-01-01" })).toBeNull();
});
