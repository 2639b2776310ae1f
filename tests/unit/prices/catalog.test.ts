import { readFileSync } from "node:fs";
import { findProvider } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { catalogPrice, loadBuiltInCatalog } from "@/lib/prices/catalog-repository";
import { processorMs } from "../../support/elapsed";

const today = new Date("2026-11-22T12:00:00Z");

describe("catalogPrice", () => {
  it("knows Nova Pro in every geography", async () => {
    for (const prefix of ["", "us.", "eu.", "apac.", "global.", "us-gov.", "jp.", "au.", "ca."]) {
      const price = await catalogPrice("bedrock", `${prefix}amazon.nova-pro-v1:0`, today);
      expect(price, prefix).toMatchObject({
        input_price: 0.8,
        output_price: 3.2,
        cache_read_price: 0.2,
        cache_write_price: null,
        context_window: 300_000,
      });
    }
  });

  it.each([
    ["openai", "gpt-4o-mini", 0.15, 0.6],
    ["openai", "gpt-4-turbo-preview", 10, 30],
    ["anthropic", "claude-3-7-sonnet-latest", 3, 15],
    ["google", "gemini-2.0-flash-exp", 0.1, 0.4],
    ["xai", "grok-2-1212", 2, 10],
    ["deepseek", "deepseek-reasoner", 0.14, 0.28],
    ["bedrock", "meta.llama3-1-8b-instruct-v1:0", 0.22, 0.22],
  ])("prices %s %s", async (provider, id, input_price, output_price) => {
    expect(await catalogPrice(provider, id, today)).toMatchObject({ input_price, output_price });
  });

  it("reads the base tier of a price, and its long-context tiers separately", async () => {
    const price = await catalogPrice("google", "gemini-1.5-pro-002", today);
    expect(price).toMatchObject({ input_price: 1.25, output_price: 5 });
    expect(price?.tiers).toEqual([
      {
        above_input_tokens: 128_000,
        input_price: 2.5,
        output_price: 10,
        cache_read_price: null,
        cache_write_price: null,
        cache_write_1h_price: null,
      },
    ]);
  });

  it("takes a dated price by the requested day", async () => {
    const before = await catalogPrice("openai", "o3", new Date("2025-06-09T23:59:59Z"));
    const after = await catalogPrice("openai", "o3", new Date("2025-06-10T00:00:00Z"));
    expect([before?.input_price, before?.output_price]).toEqual([10, 40]);
    expect([after?.input_price, after?.output_price]).toEqual([2, 8]);
    expect([before?.since, after?.since]).toEqual([null, "2025-06-10"]);
  });

  it("gives the same price at every hour of a day, although the provider's varies", async () => {
    const dawn = await catalogPrice("deepseek", "deepseek-v4-flash", new Date("2026-11-22T02:00Z"));
    const noon = await catalogPrice("deepseek", "deepseek-v4-flash", today);
    expect(dawn).toEqual(noon);
    expect(noon).toMatchObject({ input_price: 0.15, output_price: 0.6 });
    expect(noon?.windows).toMatchObject([
      { from: "01:00", to: "04:00", days: "weekdays", prices: { input_price: 0.3 } },
      { from: "06:00", to: "10:00", days: "weekdays", prices: { input_price: 0.3 } },
    ]);
  });

  it("keeps the surcharge of a regional inference profile", async () => {
    const id = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    expect((await catalogPrice("bedrock", `eu.${id}`, today))?.input_price).toBe(3.3);
    expect((await catalogPrice("bedrock", `global.${id}`, today))?.input_price).toBe(3);
  });

  it("reads the ID in the ARN of a listed model, and has no price for private deployments", async () => {
    const arn = "arn:aws:bedrock:eu-west-1:123456789012";
    const profile = `${arn}:inference-profile/eu.amazon.nova-pro-v1:0`;
    expect((await catalogPrice("bedrock", profile, today))?.input_price).toBe(0.8);
    const custom = `${arn}:custom-model/amazon.nova-pro-v1:0:300k/abcdefabcdef`;
    expect(await catalogPrice("bedrock", custom, today)).toBeNull();
    expect(
      await catalogPrice("bedrock", `${arn}:application-inference-profile/abc123`, today),
    ).toBeNull();
  });

  it("finds a provider by its alias", async () => {
    const byAlias = await catalogPrice("amazon", "eu.amazon.nova-lite-v1:0", today);
    expect(byAlias).toEqual(await catalogPrice("bedrock", "eu.amazon.nova-lite-v1:0", today));
    expect(byAlias?.input_price).toBe(0.06);
  });

  it.each([
    ["bedrock", "meta.llama3-1-405b-instruct-v1:0"],
    ["openai", "whisper-1"],
    ["openai", "amazon.nova-pro-v1:0"],
    ["nobody", "gpt-4o"],
    ["openai", ""],
  ])("has no price for %s %s", async (provider, id) => {
    expect(await catalogPrice(provider, id, today)).toBeNull();
  });

  it("reads every model of the six providers, with prices of few digits", async () => {
    const catalog = await loadBuiltInCatalog();
    const names = { openai: "openai", anthropic: "anthropic", google: "google", bedrock: "aws" };
    const all = { ...names, xai: "x-ai", deepseek: "deepseek" };
    for (const [ours, theirs] of Object.entries(all)) {
      const models = findProvider({ providerId: theirs })?.models ?? [];
      expect(models.length).toBeGreaterThan(5);
      for (const { id } of models) {
        const price = catalog.price(ours, id, today);
        for (const value of [price?.input_price ?? 0, price?.output_price ?? 0]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(String(value).length, `${ours} ${id}: ${value}`).toBeLessThan(10);
        }
      }
    }
  });

  it("answers a list of 5,000 known rows from memory", async () => {
    const catalog = await loadBuiltInCatalog();
    const ids = Array.from({ length: 5_000 }, (_, index) => `gpt-4o-${index}`);
    const readAll = () => {
      for (const id of ids) catalog.price("openai", id, today);
    };
    readAll();
    expect(processorMs(readAll)).toBeLessThan(250);
  });

  it("dates its prices by the installed release", async () => {
    const path = new URL(
      "../../../node_modules/@pydantic/genai-prices/package.json",
      import.meta.url,
    );
    const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string }; // npm's file
    expect(version, "look up the new release's date with npm view … time").toBe("0.1.8");
    expect((await catalogPrice("openai", "gpt-4o", today))?.as_of).toBe("2026-09-23");
  });
});
