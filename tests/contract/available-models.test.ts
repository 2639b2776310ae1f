import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AvailableModel, AvailableModels } from "@/lib/discovery/schema";
import { agentRow, type Json, modelRow, tables, unique } from "./console";
import { keyNames } from "./key-console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let sandboxSecret: string;

beforeAll(async () => {
  app = await startConsole();
  sandboxSecret = await app.aws.secretText();
});

afterAll(() => app?.stop());

const path = (provider: string) => `/api/providers/${provider}/available-models`;

async function available(provider: string): Promise<AvailableModels> {
  const { status, body } = await app.viewer.get(path(provider));
  expect([provider, status, body.detail]).toEqual([provider, 200, undefined]);
  return body as AvailableModels; // By docs/contract.md.
}

async function setKey(provider: keyof typeof keyNames, value: string | undefined) {
  const values: Json = { ...JSON.parse(sandboxSecret), [keyNames[provider]]: value };
  await app.aws.putSecret(JSON.stringify(values));
}

const find = ({ models }: AvailableModels, id: string): AvailableModel | undefined =>
  models.find(({ model_id }) => model_id === id);

const listed = Object.keys(keyNames).filter((id) => id !== "bedrock");

test.each(listed)(
  "%s is asked with the stored key, and joined with the registry",
  async (provider) => {
    const answer = await available(provider);
    expect(answer).toMatchObject({ provider, bedrock: null });
    expect(answer.models.length).toBeGreaterThan(1);
    const ids = answer.models.map(({ model_id }) => model_id);
    expect(new Set(ids).size).toBe(ids.length);
    const rows = new Set((await app.aws.scan(tables.models)).map(({ pk }) => pk?.S));
    for (const { model_id, state, pk } of answer.models) {
      const isRegistered = rows.has(`${provider}#${model_id}`);
      expect([model_id, state]).toEqual([model_id, isRegistered ? "registered" : "new"]);
      expect(pk).toBe(isRegistered ? `${provider}#${model_id}` : null);
    }
    const priced = answer.models.filter(({ price_known }) => price_known);
    expect(priced.length).toBeGreaterThan(0);
    for (const model of priced) {
      expect(model).toMatchObject({
        input_price: expect.any(Number),
        output_price: expect.any(Number),
        prices_as_of: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      });
    }
  },
);

test("provider values win over the known-models table", async () => {
  const [google, openai] = [await available("google"), await available("openai")];
  // Google's list has limits; OpenAI's has none, and our table has them.
  expect(find(google, "gemini-3.5-flash")).toMatchObject({ max_tokens: 1_048_576 });
  expect(find(openai, "gpt-4o-mini")).toMatchObject({ max_tokens: 128_000, supports_tools: true });
  const unknown = openai.models.find(({ price_known, max_tokens }) => !price_known && !max_tokens);
  expect(unknown).toMatchObject({ input_price: null, supports_tools: null, prices_as_of: null });
});

test("a registered model missing from the list is reported with its agents", async () => {
  const model_id = unique("left-out");
  const agent_name = unique("agent");
  await app.aws.put(tables.models, modelRow("openai", model_id));
  await app.aws.put(tables.agents, agentRow(agent_name, "gpt", model_id));
  const { gone } = await available("openai");
  expect(gone.find(({ pk }) => pk === `openai#${model_id}`)).toEqual({
    pk: `openai#${model_id}`,
    model_id,
    display_name: model_id,
    used_by: [{ agent_name, version: "v1.0" }],
    reason: null,
  });
});

describe("Bedrock, by its control plane", () => {
  test("lists profiles and models, and which of these need a profile", async () => {
    const answer = await available("bedrock");
    expect(answer.bedrock).toMatchObject({ region: "eu-west-1" });
    const pro = find(answer, "eu.amazon.nova-pro-v1:0");
    expect(pro).toMatchObject({ kind: "inference_profile", needs_profile: false, profiles: [] });
    expect(pro).toMatchObject({ price_known: true, max_tokens: 300_000, supports_tools: true });
    const base = find(answer, "amazon.nova-2-lite-v1:0");
    expect(base).toMatchObject({ kind: "model", needs_profile: true });
    expect(base?.profiles).toEqual([
      "eu.amazon.nova-2-lite-v1:0",
      "global.amazon.nova-2-lite-v1:0",
    ]);
    // The key of the runtime has no part in this.
    const embeddings = answer.models.filter(({ model_id }) => model_id.includes("embed"));
    expect(embeddings).toEqual([]);
  });

  test("finds rows under provider aliases, and says why a profile isn't listed", async () => {
    await app.aws.put(tables.models, modelRow("amazon", "eu.anthropic.claude-opus-5"));
    await app.aws.put(tables.models, modelRow("bedrock", "us.amazon.nova-premier-v1:0"));
    const answer = await available("bedrock");
    expect(find(answer, "eu.anthropic.claude-opus-5")).toMatchObject({
      state: "registered",
      pk: "amazon#eu.anthropic.claude-opus-5",
    });
    expect(answer.gone).toContainEqual(
      expect.objectContaining({
        model_id: "us.amazon.nova-premier-v1:0",
        reason: expect.stringContaining("not us. ones"),
      }),
    );
  });

  test("needs no key", async () => {
    await setKey("bedrock", undefined);
    expect((await available("bedrock")).models.length).toBeGreaterThan(0);
  });

  test("blocks a switch to a geography that the region doesn't list", async () => {
    await app.aws.putSecret(sandboxSecret);
    const [name, model_id] = [unique("agent"), "us.amazon.nova-premier-v1:0"];
    await app.aws.put(tables.models, modelRow("bedrock", model_id));
    await app.aws.put(tables.agents, agentRow(name, "openai", "gpt-4o"));
    const change = { llm_provider: "bedrock", llm_model: model_id };
    const { status, body } = await app.admin.patch(`/api/agents/${name}/v1.0`, change);
    expect([status, body.code]).toEqual([409, "preflight_blocked"]);
    expect(body.findings).toEqual([
      expect.objectContaining({
        code: "bedrock_region_mismatch",
        evidence: expect.stringContaining("eu. and global."),
        subject: { kind: "model", id: `bedrock#${model_id}` },
      }),
    ]);
  });
});

describe("when there is no list", () => {
  test.each([
    ["openai", "sandbox-wrong", "bad_key"],
    ["anthropic", "sandbox-wrong", "bad_key"],
    ["google", "sandbox-fail-rate_limited", "rate_limited"],
    ["xai", "sandbox-fail-overloaded", "overloaded"],
    ["deepseek", undefined, "key_missing"],
  ] as const)("%s with the key %s is a problem %s with cause and fix", async (id, key, code) => {
    await setKey(id, key);
    const { status, body, text } = await app.viewer.get(path(id));
    expect([status, body.code]).toEqual([502, code]);
    expect(body).toMatchObject({ cause: expect.any(String), fix: expect.any(String) });
    if (key) expect(text).not.toContain(key);
  });

  test("an unknown provider and a missing session say so", async () => {
    expect(await app.viewer.get(path("acme"))).toMatchObject({ status: 404 });
    expect(await app.stranger.get(path("openai"))).toMatchObject({ status: 401 });
  });
});
