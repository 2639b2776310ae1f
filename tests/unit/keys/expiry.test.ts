import { describe, expect, test } from "vitest";
import { keyExpiry } from "@/lib/keys/rules/expiry";

const now = Date.parse("2026-11-22T12:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;
const at = (distance: number) => new Date(now + distance).toISOString();

describe("the expiry of a key", () => {
  test.each([
    ["a short-term token", "short_term", 61 * minute, "later"],
    ["a short-term token", "short_term", 59 * minute, "near"],
    ["a short-term token", "short_term", -minute, "past"],
    ["a long-term key", "long_term", 15 * day, "later"],
    ["a long-term key", "long_term", 13 * day, "near"],
    ["a long-term key", "long_term", -minute, "past"],
    ["an API key", "api_key", 13 * day, "near"],
    ["a key of no known kind", null, 13 * day, "near"],
  ])("of %s (%s) %i ms away is %s", (_, kind, distance, state) => {
    expect(keyExpiry({ kind, expires_at: at(distance) }, now)?.state).toBe(state);
  });

  test("may come earlier only for a short-term token", () => {
    expect(keyExpiry({ kind: "short_term", expires_at: at(day) }, now)?.mayEndEarlier).toBe(true);
    expect(keyExpiry({ kind: "long_term", expires_at: at(day) }, now)?.mayEndEarlier).toBe(false);
  });

  test("is null without a date", () => {
    expect(keyExpiry({ kind: "long_term", expires_at: null }, now)).toBeNull();
    expect(keyExpiry({ kind: "long_term", expires_at: "soon" }, now)).toBeNull();
  });
});
