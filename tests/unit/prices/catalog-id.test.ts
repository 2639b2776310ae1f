import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadBuiltInCatalog } from "@/lib/prices/catalog-repository";
import { withoutDate } from "@/lib/prices/rules/catalog-id";

const today = new Date("2026-11-28T12:00:00Z");
const catalog = await loadBuiltInCatalog();
const match = (provider: string, id: string) => catalog.price(provider, id, today)?.match ?? "none";

describe("how an ID is found in the catalogs", () => {
  it.each([
    ["openai", "gpt-4o", "exact"],
    ["openai", "gpt-4o-2024-08-06", "exact"],
    ["openai", "gpt-6-sol-2026-07-09", "dated"],
    ["anthropic", "claude-sonnet-4-6-20260301", "dated"],
    ["anthropic", "claude-3-5-haiku-20241022", "dated"],
    ["anthropic", "claude-opus-5@20260801", "dated"],
    ["anthropic", "claude-sonnet-4-6-latest", "dated"],
    ["anthropic", "claude-sonnet-5-9", "family"],
    ["anthropic", "claude-sonnet-4-6-20261399", "family"],
    ["google", "gemini-3.8-flash-lite", "family"],
    ["bedrock", "amazon.nova-pro-v1:0", "exact"],
    ["bedrock", "eu.anthropic.claude-sonnet-4-6", "exact"],
    ["bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "exact"],
    ["bedrock", "apac.amazon.nova-pro-v1:0", "family"],
    ["bedrock", "eu.anthropic.claude-sonnet-5-5", "family"],
    ["openai", "gpt-99", "none"],
    ["openai", "amazon.nova-pro-v1:0", "none"],
  ])("%s %s: %s", (provider, id, expected) => {
    expect(match(provider, id)).toBe(expected);
  });

  it("names the model whose price it is", () => {
    expect(catalog.price("anthropic", "claude-sonnet-5-9", today)?.matched).toBe("claude-sonnet-5");
  });

  it("says that a geography without an entry of its own may cost something else", () => {
    expect(catalog.price("bedrock", "apac.amazon.nova-pro-v1:0", today)).toMatchObject({
      match: "family",
      matched: "amazon.nova-pro-v1:0",
      region_may_differ: true,
    });
  });

  it("takes nothing but a real date off an ID", () => {
    expect(withoutDate("m-20240229")).toBe("m");
    for (const id of ["m-20230229", "m-99999999", "m-0613", "m-002", "m-2024-13-01"]) {
      expect(withoutDate(id)).toBe(id);
    }
  });
});

const listed = catalog.layers.flatMap(({ models }) =>
  models.flatMap(({ provider, ids }) => ids.map((id) => ({ provider, id }))),
);
const keyOf = (provider: string, id: string) => `${provider} ${withoutDate(id)}`;
const named = new Set(listed.map(({ provider, id }) => keyOf(provider, id)));
const ending = fc.stringMatching(/^[a-z0-9.:@-]{1,12}$/);

describe("an ID that no catalog lists", () => {
  it("never gets an unmarked price, however it resembles a listed one", () => {
    const variation = fc.record({
      of: fc.constantFrom(...listed),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      text: ending,
      how: fc.constantFrom(
        "append",
        "prepend",
        "insert",
        "cut",
        "upper",
        "vendor",
        "version",
        "day",
      ),
    });
    fc.assert(
      fc.property(variation, ({ of: { provider, id }, at, text, how }) => {
        const place = Math.floor(at * id.length);
        const invented = {
          append: `${id}${text}`,
          prepend: `${text}${id}`,
          insert: `${id.slice(0, place)}${text}${id.slice(place)}`,
          cut: id.slice(0, place),
          upper: `${id.slice(0, place)}${id.slice(place).toUpperCase()}`,
          vendor: `${text}/${id}`,
          version: `${withoutDate(id)}-${Math.floor(at * 20)}`,
          day: `${id}-2026-13-${10 + Math.floor(at * 80)}`,
        }[how];
        fc.pre(!named.has(keyOf(provider, invented)));
        const price = catalog.price(provider, invented, today);
        expect(price === null || price.match === "family", invented).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
