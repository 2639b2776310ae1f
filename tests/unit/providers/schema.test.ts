import { expect, test } from "vitest";
import { candidatePks } from "@/lib/models/schema";
import { protocolOf } from "@/lib/providers/registry";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIdOf, providerIds, providerNames, providers } from "@/lib/providers/schema";

test.each([
  ["openai", "openai"],
  ["gpt", "openai"],
  ["claude", "anthropic"],
  ["gemini", "google"],
  ["amazon", "bedrock"],
  ["aws", "bedrock"],
  ["grok", "xai"],
  ["deepseek", "deepseek"],
])("%s stands for %s", (name, id) => expect(providerIdOf(name)).toBe(id));

test.each(["", "OpenAI", "acme", "constructor", "__proto__", "openai "])(
  "%o stands for no provider",
  (name) => expect(providerIdOf(name)).toBeNull(),
);

test("the table has the six providers with their secret key names", () => {
  expect(providers.map(({ id, secret_key_name }) => [id, secret_key_name])).toEqual([
    ["openai", "OPENAI_API_KEY"],
    ["anthropic", "ANTHROPIC_API_KEY"],
    ["google", "GEMINI_API_KEY"],
    ["bedrock", "AWS_BEARER_TOKEN_BEDROCK"],
    ["xai", "XAI_API_KEY"],
    ["deepseek", "DEEPSEEK_API_KEY"],
  ]);
  expect(providers.map(({ id }) => id)).toEqual([...providerIds]);
});

test("every provider can be called", async () => {
  for (const id of providerIds) {
    const { adapter, identity, models } = await protocolOf(id);
    expect(adapter).toBeTypeOf("function");
    expect(Object.values(identity("the-key")).join()).toContain("the-key");
    if (id !== "bedrock") expect(models).toBeTypeOf("function");
  }
});

test("no name belongs to two providers, and each resolves to its provider", () => {
  const names = providerIds.flatMap(providerNames);
  expect(new Set(names).size).toBe(names.length);
  for (const id of providerIds) {
    for (const name of providerNames(id)) expect(providerIdOf(name)).toBe(id);
  }
});

test("every provider has a description and links", () => {
  for (const id of providerIds) {
    const { good_for, links } = providerDetails[id];
    expect(good_for.length).toBeGreaterThan(10);
    for (const link of Object.values(links)) expect(link).toMatch(/^https:\/\//);
  }
});

test("a model is looked up under the stored provider first, then under its other names", () => {
  expect(candidatePks("amazon", "m")).toEqual(["amazon#m", "bedrock#m", "aws#m"]);
  expect(candidatePks("claude", "m")).toEqual(["claude#m", "anthropic#m"]);
  expect(candidatePks("acme", "m")).toEqual(["acme#m"]);
});
