import { describe, expect, it } from "vitest";
import { exactUtc, relativeWords } from "@/components/ui/text/time-words";

const now = Date.parse("2026-03-01T12:00:00Z");

describe("times in words", () => {
  it.each([
    ["2026-03-01T11:59:40Z", "just now", "now"],
    ["2026-03-01T11:59:00Z", "1 minute ago", "1 min"],
    ["2026-03-01T10:00:01Z", "1 hour ago", "1 h"],
    ["2026-02-27T12:00:00Z", "2 days ago", "2 d"],
    ["2025-10-01T12:00:00Z", "4 months ago", "4 mo"],
    ["2023-03-01T12:00:00Z", "3 years ago", "3 y"],
    ["2026-03-01T12:38:00Z", "in 38 minutes", "in 38 min"],
  ])("%s is %s", (at, long, short) => {
    expect(relativeWords(at, now, "long")).toBe(long);
    expect(relativeWords(at, now, "short")).toBe(short);
  });

  it("give the exact time in UTC whatever zone it was written in", () => {
    expect(exactUtc("2026-03-01T14:00:05+02:00")).toBe("2026-03-01 12:00:05 UTC");
  });

  it("leave alone what is no time", () => {
    expect(relativeWords("yesterday", now, "long")).toBe("yesterday");
    expect(exactUtc("yesterday")).toBe("yesterday");
  });
});
