import { describe, expect, test } from "vitest";
import { providerChoices } from "@/components/agents/switch/model-choice";
import { modelOptions } from "@/components/agents/switch/model-options";
import { replacementOptions } from "@/components/models/retire/replacement-options";
import { bedrockFinding } from "@/lib/agents/rules/bedrock-finding";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import { findModelEvidence } from "@/lib/models/rules/evidence";
import type { ModelRecord } from "@/lib/models/schema";
import { model } from "../../components/models/model";

const record = (model_id: string, more: Partial<ModelRecord> = {}): ModelRecord => ({
  ...model,
  pk: `openai#${model_id}`,
  model_id,
  display_name: model_id,
  ...more,
});

const records = [
  record("old"),
  record("refusing", { is_default: true, runtime_callable: false }),
  record("retired", { availability: { state: "retired", on: null, because: null } }),
  record("gone", { availability: { state: "not_offered", on: null, because: null } }),
  record("inactive", { is_active: false }),
  record("good"),
  record("proved", { runtime_callable: true }),
];

describe("models that are retired, or that the runtime can't call", () => {
  test("are no replacements", () => {
    const [old = model] = records;
    const offered = replacementOptions(old, records, []).map(({ value }) => value);
    expect(offered).toEqual(["openai#good", "openai#proved"]);
  });

  test("come last among an agent's models, and say why", () => {
    const choice = providerChoices(records).find(({ id }) => id === "openai");
    const options = modelOptions(choice).map(({ label, description }) => [label, description]);
    expect(options.slice(0, 3).map(([label]) => label)).toEqual(["good", "old", "proved"]);
    expect(options.slice(3)).toEqual([
      ["refusing", "default · The runtime can't call it"],
      ["gone", "Not offered here"],
      ["retired", "Retired"],
    ]);
  });

  test("aren't among the similar IDs of a list", () => {
    const listed = (model_id: string, lifecycle: "retired" | null = null) => ({
      model_id,
      lifecycle,
    });
    const listing = {
      as_of: "2026-11-27T08:00:00.000Z",
      models: [
        listed("gpt-5.4"),
        listed("gpt-5.4-mini"),
        listed("gpt-4.1"),
        listed("gpt-4", "retired"),
      ],
    };
    const { warnings } = findModelEvidence(
      { ...record("gpt-4.11"), last_test: null, last_proof: null, listing },
      Date.parse("2026-11-29"),
    );
    expect(warnings[0]?.fix).toMatch(/Similar IDs that it lists: gpt-4\.1\.$/);
  });

  test("aren't the profile to use instead", () => {
    const profile = (model_id: string, base: string) => ({
      model_id,
      kind: "system",
      bases: [base],
      regions: 3,
    });
    const catalogOf = (base: string) =>
      ({
        region: "eu-west-1",
        as_of: "2026-11-29T08:00:00.000Z",
        bases: [{ model_id: base, runs: "profile", writes_text: true }],
        profiles: [profile(`eu.${base}`, base)],
      }) as unknown as BedrockCatalog; // What the rule reads of it.
    const fixOf = (base: string) => bedrockFinding(`bedrock#${base}`, base, catalogOf(base))?.fix;
    expect(fixOf("anthropic.claude-sonnet-4-6")).toBe(
      "Use eu.anthropic.claude-sonnet-4-6 instead.",
    );
    expect(fixOf("anthropic.claude-opus-4-8")).toMatch(/^Choose a model or an inference profile/);
  });
});
