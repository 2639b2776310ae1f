import { describe, expect, it } from "vitest";
import { knownModel, knownModels, knownModelsAsOf } from "@/lib/models/rules/known-models";
import { meetsRefusal, refusalsOfModel } from "@/lib/models/rules/known-refusals";
import { ModelId } from "@/lib/models/schema";
import { catalogPrice, loadBuiltInCatalog } from "@/lib/prices/catalog-repository";

/** The ids that the platform's guide and its sample agents name. */
const named: Record<string, string[]> = {
  openai: ["gpt-4o", "gpt-4o-mini", "gpt-4-turbo-preview", "gpt-3.5-turbo", "o1-preview"],
  anthropic: [
    "claude-3-5-sonnet-20241022",
    "claude-3-opus-20240229",
    "claude-3-sonnet-20240229",
    "claude-3-haiku-20240307",
  ],
  google: ["gemini-2.0-flash-exp", "gemini-1.5-pro-002", "gemini-1.5-flash-002"],
  bedrock: [
    ...["eu", "us"].flatMap((geo) =>
      ["micro", "lite", "pro"].map((size) => `${geo}.amazon.nova-${size}-v1:0`),
    ),
    "anthropic.claude-3-5-sonnet-20241022-v2:0",
    "anthropic.claude-3-opus-20240229-v1:0",
    "anthropic.claude-3-sonnet-20240229-v1:0",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "meta.llama3-1-405b-instruct-v1:0",
    "meta.llama3-1-70b-instruct-v1:0",
    "meta.llama3-1-8b-instruct-v1:0",
  ],
  xai: ["grok-2-1212"],
};

const asOf = new Date(`${knownModelsAsOf}T00:00:00Z`);
const monthLater = new Date(asOf.getTime() + 30 * 86_400_000).toISOString().slice(0, 10);

describe("the table of known models", () => {
  it("lists every id that the guide and the sample agents name", () => {
    for (const [provider, ids] of Object.entries(named)) {
      for (const id of ids) expect(knownModel(provider, id), id).not.toBeNull();
    }
  });

  it("has one default for each provider, which the runtime can call and which stays if one does", () => {
    for (const provider of new Set(knownModels.map((model) => model.provider))) {
      const models = knownModels.filter((model) => model.provider === provider);
      const defaults = models.filter((model) => model.is_default);
      expect(models.length, provider).toBeGreaterThanOrEqual(5);
      expect(defaults.length, provider).toBe(1);
      const isCallable = ({ model_id }: { model_id: string }) =>
        !refusalsOfModel(provider, model_id).some(
          (refusal) =>
            refusal.when !== "after_tool_call" &&
            meetsRefusal(refusal, { with_tools: true, body: null, tool_names: [] }),
        );
      const stays = ({ lifecycle, retires_on }: (typeof models)[number]) =>
        (lifecycle === null || lifecycle === "active") && retires_on === null;
      const [chosen] = defaults;
      expect(chosen && isCallable(chosen), provider).toBe(true);
      expect(chosen?.supports_tools, provider).toBe(true);
      expect(chosen?.lifecycle, provider).not.toBe("retired");
      const better = models.filter(
        (model) => isCallable(model) && stays(model) && model.supports_tools,
      );
      if (better.length > 0) expect(chosen && stays(chosen), provider).toBe(true);
    }
    expect(knownModel("bedrock", "eu.amazon.nova-pro-v1:0")?.is_default).toBe(true);
  });

  it("has no default without a price of its own, today and for a month", async () => {
    const catalog = await loadBuiltInCatalog();
    for (const { provider, model_id } of knownModels.filter(({ is_default }) => is_default)) {
      const price = catalog.price(provider, model_id, asOf);
      expect([price?.match, price?.input_price, price?.output_price], model_id).toEqual([
        expect.stringMatching(/^(?:exact|dated)$/),
        expect.any(Number),
        expect.any(Number),
      ]);
      const retiresOn = catalog.lifecycle(provider, model_id)?.retires_on ?? "9999";
      expect(retiresOn > monthLater, model_id).toBe(true);
    }
  });

  it("lists no id twice, and only ids that can be part of a key", () => {
    const keys = knownModels.map((model) => `${model.provider}#${model.model_id}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const model of knownModels) expect(ModelId.safeParse(model.model_id).success).toBe(true);
  });

  it("names a source for every fact, and knows nothing where it names none", () => {
    for (const model of knownModels) {
      const { max_tokens, max_output_tokens, supports_tools, supports_vision } = model;
      const facts = [max_tokens, max_output_tokens, supports_tools, supports_vision];
      const all = [...facts, model.lifecycle, model.retires_on];
      if (model.source.length === 0) expect(all, model.model_id).toEqual(all.map(() => null));
    }
  });

  it("calls a model retired once its date is past", () => {
    for (const { lifecycle, retires_on, model_id, provider } of knownModels) {
      if (lifecycle !== "retired" || retires_on === null) continue;
      expect(retires_on <= knownModelsAsOf, `${provider} ${model_id}`).toBe(true);
    }
  });

  it("knows Nova Pro as the guide gives it", async () => {
    expect(knownModel("bedrock", "eu.amazon.nova-pro-v1:0")).toMatchObject({
      max_tokens: 300_000,
      supports_tools: true,
      supports_vision: true,
    });
    expect(await catalogPrice("bedrock", "eu.amazon.nova-pro-v1:0")).toMatchObject({
      input_price: 0.8,
      output_price: 3.2,
    });
  });

  it("finds a provider by its alias, and only the exact model id", () => {
    expect(knownModel("amazon", "eu.amazon.nova-lite-v1:0")?.display_name).toContain("Nova Lite");
    expect(knownModel("openai", "gpt-4o-2024-08-06")).toBeNull();
    expect(knownModel("nobody", "gpt-4o")).toBeNull();
  });

  it("says in one short line what each model is good for", () => {
    for (const { purpose, model_id } of knownModels) {
      expect(purpose.length, model_id).toBeGreaterThan(10);
      expect(purpose.length, model_id).toBeLessThanOrEqual(80);
    }
  });
});
