import { afterAll, beforeAll, expect, test } from "vitest";
import { formatUtc } from "@/lib/format";
import { priceHistory } from "@/lib/prices/rules/price-history";
import { utcTime } from "@/lib/utc-time";

const zone = process.env.TZ;

beforeAll(() => {
  process.env.TZ = "America/New_York";
  expect(new Date(0).getTimezoneOffset()).toBe(300);
});

afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const noon = Date.UTC(2026, 7, 30, 12);

test.each([
  "2026-08-30T12:00:00",
  "2026-08-30T12:00:00.000000",
  "2026-08-30 12:00:00",
  "2026-08-30T12:00",
  "2026-08-30T12:00:00Z",
  "2026-08-30T14:00:00+02:00",
])("%s is noon in UTC, wherever this machine stands", (text) => {
  expect(utcTime(text)).toBe(noon);
  expect(formatUtc(text)).toBe("2026-08-30 12:00:00 UTC");
});

test("a day starts at midnight UTC, and an invalid time is NaN", () => {
  expect(utcTime("2026-08-30")).toBe(Date.UTC(2026, 7, 30));
  expect(utcTime("yesterday")).toBeNaN();
});

test("a time without an offset is read as UTC", () => {
  const history = priceHistory(
    [{ in_force_from: "2026-08-30T10:00:00.000Z", prices: { input_price: 3 } }],
    { input_price: 8, output_price: null, updated_at: "2026-08-30T12:00:00.123456" },
  );
  expect(history(noon - 1).input_price.price).toBe(3);
  expect(history(noon + 1000).input_price).toEqual({ price: 8, assumed: true });
});
