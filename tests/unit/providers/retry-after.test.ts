import { describe, expect, it } from "vitest";
import { retryAfterOfBody, retryAfterOfHeaders } from "@/lib/providers/retry-after";

const now = Date.parse("2026-11-28T12:00:00Z");

describe("the time to wait", () => {
  it.each([
    [{ "retry-after": "21" }, 21],
    [{ "retry-after": "0.4" }, 1],
    [{ "retry-after": "Sat, 28 Nov 2026 12:00:30 GMT" }, 30],
    [{ "retry-after": "Sat, 28 Nov 2026 11:00:00 GMT" }, null],
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 2],
    [{ "retry-after": "0" }, null],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "99999999" }, null],
    [{}, null],
  ])("of the headers %j is %j", (headers, seconds) => {
    expect(retryAfterOfHeaders(headers, now)).toBe(seconds);
  });

  it.each([
    ['{"error":{"details":[{"@type":"x.RetryInfo","retryDelay":"34.4s"}]}}', 35],
    ["Please try again in 7m12s. Visit https://example.com", 432],
    ["Please try again in 20ms.", 1],
    ["Please try again in 1h2m3.5s.", 3724],
    ["Please retry in 12.34s.", 13],
    ["Please wait 5 seconds before trying again", 5],
    ["Try again in 2 minutes", 120],
    ["Retry after 30 seconds.", 30],
    ["Please wait before trying again.", null],
    ["Please try again later.", null],
    ["Please try again with higher max_tokens.", null],
    ["try again in a few moments", null],
    ["Limit 200, Used 200", null],
  ])("of the body %j is %j", (body, seconds) => {
    expect(retryAfterOfBody(body)).toBe(seconds);
  });
});
