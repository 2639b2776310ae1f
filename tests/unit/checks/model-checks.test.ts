import { describe, expect, test } from "vitest";
import { findingsOf } from "@/lib/checks/rules/checks";
import { modelDuplicate } from "@/lib/checks/rules/model-checks";
import type { CheckedModel } from "@/lib/checks/rules/snapshot";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import { providerIdOf } from "@/lib/providers/schema";
import { disproved, makeAgent, makeModel, makeSnapshot } from "./snapshot";

const codes = (...models: CheckedModel[]) =>
  findingsOf(makeSnapshot({ models })).map(({ code, severity }) => `${code} ${severity}`);
const unused = (changes: Partial<CheckedModel>) =>
  makeModel({ model_id: "gpt-unused", is_default: false, ...changes });

test("a defective row is listed with its reasons", () => {
  const defective = [{ pk: "openai#x#y", reasons: ["pk has two #"] }];
  expect(findingsOf(makeSnapshot({ defective }))).toMatchObject([
    { code: "model_defective", severity: "error", evidence: "pk has two #." },
  ]);
});

test("a retired model is an error where agents use it, a warning where it is only offered", () => {
  expect(codes(makeModel({ lifecycle: "retired" }))).toEqual(["model_retired error"]);
  expect(codes(makeModel({ retires_on: "2026-11-01" }))).toEqual(["model_retired error"]);
  expect(codes(makeModel(), unused({ lifecycle: "retired" }))).toEqual(["model_retired warning"]);
  const settled = unused({ lifecycle: "retired", is_active: false });
  expect(codes(makeModel(), settled)).toEqual([]);
});

test("a model that retires within 90 days is reported", () => {
  expect(codes(makeModel({ retires_on: "2026-12-31" }))).toEqual(["model_retiring warning"]);
  expect(codes(makeModel({ retires_on: "2027-06-30" }))).toEqual([]);
});

test("a catalog's date of retirement counts before the row's, which is older", () => {
  const catalog_lifecycle = {
    lifecycle: "legacy",
    layer: "table",
    as_of: "2026-11-20",
    source: null,
  } as const;
  const announced = (retires_on: string) => ({ ...catalog_lifecycle, retires_on });
  const model = (date: string) =>
    makeModel({ retires_on: "2027-06-30", catalog_lifecycle: announced(date) });
  expect(codes(model("2026-12-31"))).toEqual(["model_retiring warning"]);
  expect(codes(model("2027-12-31"))).toEqual([]);
});

test("a retirement that only the provider's own list announces is reported", () => {
  const listed = (retires_on: string, lifecycle: "legacy" | "retired" = "legacy") => {
    const model = makeModel();
    const models = [{ model_id: model.model_id, lifecycle, retires_on }];
    const provider_listings = new Map([[model.provider_id, { as_of: "2026-11-22", models }]]);
    return findingsOf(makeSnapshot({ models: [model], provider_listings }));
  };
  expect(listed("2026-12-31")).toMatchObject([
    { code: "model_retiring", evidence: expect.stringContaining("31 Dec 2026") },
  ]);
  expect(listed("2027-06-30")).toEqual([]);
  // Overdue, but still offered.
  expect(listed("2026-11-01").map(({ code }) => code)).toEqual(["model_retiring"]);
  expect(listed("2026-11-01", "retired").map(({ code }) => code)).toEqual(["model_retired"]);
});

test("a provider without a default, or with two, is reported", () => {
  expect(codes(makeModel({ is_default: false }))).toEqual(["default_missing info"]);
  expect(codes(makeModel(), unused({ is_default: true }))).toEqual(["default_multiple warning"]);
});

test("two names of one provider count as one", () => {
  const nova = { provider_id: "bedrock", catalog: null } as const;
  const rows = [
    makeModel({ provider: "bedrock", model_id: "eu.a", ...nova }),
    makeModel({ provider: "amazon", model_id: "eu.b", ...nova }),
  ];
  expect(codes(makeModel(), ...rows)).toEqual(["default_multiple warning"]);
});

describe("Bedrock IDs, by what the region lists", () => {
  const bedrock_catalog: BedrockCatalog = {
    region: "eu-west-1",
    as_of: "2026-11-22T00:00:00Z",
    bases: [
      {
        model_id: "anthropic.claude-x-v1:0",
        display_name: null,
        runs: "profile",
        writes_text: true,
        supports_vision: null,
        lifecycle: "active",
      },
    ],
    profiles: [
      {
        model_id: "eu.anthropic.claude-x-v1:0",
        display_name: null,
        kind: "system",
        bases: ["anthropic.claude-x-v1:0"],
        regions: 3,
        created_at: null,
      },
    ],
  };
  test("an end of life of the base model is reported", () => {
    const [base] = bedrock_catalog.bases;
    const bases = base ? [{ ...base, retires_on: "2026-12-31" }] : [];
    const model = makeModel({
      provider: "bedrock",
      provider_id: "bedrock",
      model_id: "eu.anthropic.claude-x-v1:0",
      catalog: null,
      max_tokens: null,
    });
    const snapshot = makeSnapshot({
      models: [makeModel(), model],
      bedrock_catalog: { ...bedrock_catalog, bases },
    });
    expect(findingsOf(snapshot).map(({ code }) => code)).toContain("model_retiring");
  });

  const row = (model_id: string) =>
    makeModel({ provider: "bedrock", model_id, catalog: null, max_tokens: null });
  const found = (model_id: string) =>
    findingsOf(makeSnapshot({ models: [makeModel(), row(model_id)], bedrock_catalog }));

  test.each([
    ["anthropic.claude-x-v1:0", "bedrock_base_model_id"],
    ["us.anthropic.claude-x-v1:0", "bedrock_region_mismatch"],
    ["eu.anthropic.claude-y-v1:0", "bedrock_profile_unknown"],
  ])("%s is %s, used or not", (model_id, code) => {
    expect(found(model_id)).toMatchObject([
      { code, severity: "warning", subject: { kind: "model", id: `bedrock#${model_id}` } },
    ]);
  });

  test("a valid ID has no finding", () => {
    const [finding] = found("us.anthropic.claude-x-v1:0");
    expect(finding?.fix).toContain("eu.anthropic.claude-x-v1:0");
    expect(found("eu.anthropic.claude-x-v1:0")).toEqual([]);
  });

  test("without the region's list nothing is guessed", () => {
    const models = [makeModel(), row("us.anthropic.claude-x-v1:0")];
    expect(findingsOf(makeSnapshot({ models }))).toEqual([]);
  });
});

test("reports overstated flags, not understated ones", () => {
  const capabilities_proved = disproved("vision");
  expect(codes(makeModel({ capabilities_proved }))).toEqual(["capability_disproved warning"]);
  expect(codes(makeModel({ capabilities_proved, supports_vision: false }))).toEqual([]);
});

describe("prices", () => {
  test("a missing price is reported, never counted as 0", () => {
    expect(codes(makeModel({ output_price: null }))).toEqual(["price_missing warning"]);
    expect(codes(makeModel(), unused({ input_price: null }))).toEqual(["price_missing info"]);
  });

  test("a price 1,000 times off the catalog is a unit error, not a difference", () => {
    expect(codes(makeModel({ input_price: 0.0025 }))).toEqual(["price_unit_suspect error"]);
    expect(codes(makeModel({ output_price: 10_000 }))).toEqual(["price_unit_suspect error"]);
  });

  test("without a catalog price the siblings say what is usual, if there are enough", () => {
    const odd = unused({ model_id: "odd", input_price: 3_000, catalog: null });
    const sibling = (model_id: string) => unused({ model_id });
    expect(codes(makeModel(), odd)).toEqual([]);
    expect(codes(makeModel(), sibling("a"), sibling("b"), odd)).toEqual([
      "price_unit_suspect error",
    ]);
  });

  test("a free model isn't a unit error", () => {
    expect(codes(makeModel({ input_price: 0, catalog: null }))).toEqual([]);
  });

  test("an assumed unit is reported until it's confirmed", () => {
    expect(codes(makeModel({ price_unit: "assumed" }))).toEqual(["price_assumed info"]);
  });

  test("a price that differs from the catalog is reported with both values", () => {
    const [finding] = findingsOf(
      makeSnapshot({ models: [makeModel({ input_price: 2, input_price_source: "admin" })] }),
    );
    expect(finding).toMatchObject({
      code: "price_differs",
      severity: "info",
      evidence: expect.stringContaining("$2.00 per 1M (set by an admin), catalog $2.50 per 1M"),
    });
  });

  test("a context window is compared with some tolerance for what a K is", () => {
    expect(codes(makeModel({ max_tokens: 131_072 }))).toEqual([]);
    expect(codes(makeModel({ max_tokens: 4_096 }))).toEqual(["context_differs info"]);
  });
});

describe("two rows of one model", () => {
  const codes = (...models: ReturnType<typeof makeModel>[]) =>
    modelDuplicate(
      makeSnapshot({ models, agents: [makeAgent({ resolves_to: models[0]?.pk })] }),
    ).map(({ subject, evidence }) => [subject.id, evidence] as const);
  const ofProvider = (provider: string, model_id: string) =>
    makeModel({ provider, model_id, provider_id: providerIdOf(provider) ?? provider });

  test.each([
    ["amazon", "eu.amazon.nova-pro-v1:0", "bedrock", "eu.amazon.nova-pro-v1:0"],
    ["openai", "GPT-4o", "openai", "gpt-4o"],
    ["openai", "gpt-4o ", "openai", "gpt-4o"],
    ["gpt", "gpt-4o", "openai", "gpt-4o"],
    ["google", "models/gemini-2.5-pro", "google", "gemini-2.5-pro"],
    [
      "bedrock",
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0",
      "bedrock",
      "eu.amazon.nova-pro-v1:0",
    ],
  ])("%s#%s and %s#%s: the one without agents is redundant", (provider, id, other, otherId) => {
    const [used, unused] = [ofProvider(provider, id), ofProvider(other, otherId)];
    const [[subject, evidence] = [], ...rest] = codes(used, unused);
    expect(rest).toEqual([]);
    expect(subject).toBe(unused.pk);
    expect(evidence).toContain(`${used.pk} (1 agent)`);
    expect(evidence).toContain(`${unused.pk} (0 agents)`);
  });

  test.each([
    ["openai", " gpt-4o"],
    ["openai", "GPT-4o"],
    ["bedrock", "arn:aws:bedrock:eu-west-1::foundation-model/gpt-4o"],
  ])("%s#%s: the plain ID is kept if no agent decides", (provider, id) => {
    const models = [ofProvider(provider, id), ofProvider(provider, "gpt-4o")];
    for (const rows of [models, models.toReversed()]) {
      const found = modelDuplicate(makeSnapshot({ models: rows, agents: [] }));
      expect(found.map(({ subject }) => subject.id)).toEqual([`${provider}#${id}`]);
    }
  });

  test("three rows of one model are counted and listed", () => {
    const models = ["gpt-4o", "GPT-4o", "gpt-4O"].map((id) => ofProvider("openai", id));
    const [found] = modelDuplicate(makeSnapshot({ models, agents: [] }));
    expect(found?.title).toContain("is registered 3 times");
    expect(found?.evidence).toMatch(/\(0 agents\), openai#.* \(0 agents\), and openai#/);
  });

  test.each([
    ["openai", "gpt-4o", "openai", "gpt-4o-mini"],
    ["openai", "gpt-4o", "openai", "gpt-4o-2024-11-20"],
    ["anthropic", "claude-haiku-4-5", "bedrock", "claude-haiku-4-5"],
    ["bedrock", "eu.amazon.nova-pro-v1:0", "bedrock", "us.amazon.nova-pro-v1:0"],
  ])("%s#%s and %s#%s are different models", (provider, id, other, otherId) => {
    expect(codes(ofProvider(provider, id), ofProvider(other, otherId))).toEqual([]);
  });
});
