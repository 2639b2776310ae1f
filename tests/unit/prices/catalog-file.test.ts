import { describe, expect, it } from "vitest";
import { readCatalogFile } from "@/lib/prices/rules/catalog-file";

function read(file: unknown) {
  const steps = readCatalogFile(
    typeof file === "string" ? file : JSON.stringify(file),
    "2026-11-28",
  );
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

const liteLlm = {
  sample_spec: { litellm_provider: "one of the providers", input_cost_per_token: 0 },
  "gpt-9": {
    litellm_provider: "openai",
    mode: "chat",
    input_cost_per_token: 1.5e-7,
    output_cost_per_token: 6e-7,
    input_cost_per_token_above_200k_tokens: 3e-7,
    cache_creation_input_token_cost_above_1hr: 4e-7,
    max_input_tokens: 128_000,
    deprecation_date: "2027-01-14",
  },
  "gemini/gemini-9": { litellm_provider: "gemini", mode: "chat", input_cost_per_token: 1e-6 },
  "bedrock/us-east-1/one": { litellm_provider: "bedrock", input_cost_per_token: 1e-6 },
  "gpt-image-9": {
    litellm_provider: "openai",
    mode: "image_generation",
    input_cost_per_token: 1e-6,
  },
  free: { litellm_provider: "openai", input_cost_per_token: 0, output_cost_per_token: 0 },
};

describe("readCatalogFile", () => {
  it("reads LiteLLM's prices per token, with tiers and the day of retirement", () => {
    const { format, models, invalid } = read(liteLlm);
    expect({ format, invalid }).toEqual({ format: "litellm", invalid: 0 });
    expect(models.map(({ provider, ids }) => `${provider} ${ids[0]}`)).toEqual([
      "openai gpt-9",
      "google gemini-9",
    ]);
    expect(models[0]).toMatchObject({ context_window: 128_000, retires_on: "2027-01-14" });
    expect(models[0]?.prices[0]).toMatchObject({
      input_price: 0.15,
      output_price: 0.6,
      cache_write_1h_price: 0.4,
      tiers: [{ above_input_tokens: 200_000, input_price: 0.3, output_price: null }],
      as_of: "2026-11-28",
    });
  });

  it("reads models.dev's prices per 1M tokens", () => {
    const { format, models } = read({
      nobody: { id: "nobody", models: { one: { cost: { input: 1, output: 2 } } } },
      "amazon-bedrock": {
        id: "amazon-bedrock",
        models: {
          "eu.amazon.nova-9-v1:0": {
            name: "Nova 9",
            cost: { input: 0.8, output: 3.2, cache_read: 0.2 },
            limit: { context: 300_000, output: 5_000 },
          },
        },
      },
    });
    expect(format).toBe("models.dev");
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({
      provider: "bedrock",
      name: "Nova 9",
      max_output_tokens: 5000,
    });
    expect(models[0]?.prices[0]).toMatchObject({ input_price: 0.8, cache_read_price: 0.2 });
  });

  it("reads genai-prices' own file, with the days from which prices hold", () => {
    const prices = [
      { prices: { input_mtok: 1, output_mtok: { base: 4, tiers: [{ start: 9, price: 8 }] } } },
      { constraint: { start_date: "2027-01-01" }, prices: { input_mtok: 2, output_mtok: 8 } },
    ];
    const match = { or: [{ equals: "claude-9-alias" }, { starts_with: "claude" }] };
    const { format, models } = read([
      { id: "anthropic", name: "Anthropic", models: [{ id: "claude-9", match, prices }] },
    ]);
    expect(format).toBe("genai-prices");
    expect(models[0]?.ids).toEqual(["claude-9", "claude-9-alias"]);
    expect(models[0]?.prices.map(({ from, input_price }) => [from, input_price])).toEqual([
      [null, 1],
      ["2027-01-01", 2],
    ]);
  });

  const text = JSON.stringify(liteLlm);
  it.each([
    ["an HTML page", "<!doctype html><p>Not found</p>", /HTML page/],
    ["plain text", "404: Not Found", /a JSON file/],
    ["a file that ends in the middle", text.slice(0, text.length - 40), /complete JSON/],
    ["something after its end", `${text} {}`, /something follows its end/],
    ["nothing of the six providers", "{}", /no model with a price/],
    ["nesting without end", `{"a": ${"[".repeat(100)}`, /nested too deep/],
    [
      "a model as long as a book",
      `{"a": {"litellm_provider": "${"x".repeat(300_000)}"}}`,
      /too long/,
    ],
    [
      "prices below zero",
      '{"a": {"litellm_provider": "openai", "input_cost_per_token": -1}}',
      /no model/,
    ],
  ])("refuses %s with the reason", (_, file, reason) => {
    expect(() => read(file)).toThrow(reason);
  });

  it("reads a file of 3,000 models in steps", () => {
    const entry = liteLlm["gpt-9"];
    const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`gpt-${at}`, entry]));
    const steps = readCatalogFile(JSON.stringify(many), "2026-11-28");
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count += 1;
    expect(step.value.models).toHaveLength(3_000);
    expect(count).toBeGreaterThan(2_999);
  });
});
