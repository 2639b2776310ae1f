import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { agentPath, agentRow, type Json, olderCaller, tables, unique } from "./console";
import { S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putModel, putAgent, switchTo, newestEvent, withSecret } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("refusals", () => {
  test.each([
    ["a provider without a model", { llm_provider: "openai" }, "llm_model"],
    ["an empty model", { llm_model: "" }, "llm_model"],
    ["a field that nobody may change", { status: "deprecated" }, "status"],
    ["tools", { tools: [] }, "tools"],
    ["a number for a prompt", { system_prompt: 1 }, "system_prompt"],
  ])("%s is 422 and names the field", async (_, changes, path) => {
    const name = await putAgent("openai", "gpt-4o");
    const before = await app.aws.agent(name);
    const { status, body } = await switchTo(name, changes);
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining({ path })]);
    expect(await app.aws.agent(name)).toEqual(before);
  });

  test("an agent that does not exist is 404, and is not made", async () => {
    const name = unique("nobody");
    expect((await app.viewer.get(agentPath(name))).status).toBe(404);
    expect((await switchTo(name, { system_prompt: "x" })).status).toBe(404);
    expect(await app.aws.agent(name)).toBeUndefined();
  });

  test("a model that is not registered is 422 model_not_registered", async () => {
    const name = await putAgent("openai", "gpt-4o");
    const answer = await switchTo(name, { llm_model: unique("missing") });
    expect(answer).toMatchObject({ status: 422, body: { code: "model_not_registered" } });
  });

  test("a defective row is no model to switch to", async () => {
    const model = await putModel("openai", { max_tokens: S("many") });
    const name = await putAgent("openai", "gpt-4o");
    const answer = await switchTo(name, { llm_model: model });
    expect(answer).toMatchObject({ status: 422, body: { code: "model_not_registered" } });
  });

  test("an inactive model is 422 model_inactive", async () => {
    const model = await putModel("openai", { is_active: S("false") });
    const name = await putAgent("openai", "gpt-4o");
    const answer = await switchTo(name, { llm_model: model });
    expect(answer).toMatchObject({ status: 422, body: { code: "model_inactive" } });
  });

  test("an older agent keeps its provider: 409 provider_fixed says why", async () => {
    const answer = await switchTo("timeseries-agent", {
      llm_provider: "openai",
      llm_model: "gpt-4o",
    });
    expect(answer).toMatchObject({ status: 409, body: { code: "provider_fixed" } });
    expect(answer.body.detail).toContain("Anthropic");
  });

  test("an agent whose metadata does not parse counts as an older one", async () => {
    const name = await putAgent("openai", "gpt-4o", { metadata: S("not json") });
    const answer = await switchTo(name, {
      llm_provider: "anthropic",
      llm_model: "claude-3-opus-20240229",
    });
    expect(answer.body.code).toBe("provider_fixed");
  });

  test("an older agent without a provider cannot be switched, but its prompt can", async () => {
    const { llm_provider: _, ...row } = agentRow(unique("lost"), "x", "y", olderCaller);
    await app.aws.put(tables.agents, row);
    const name = row.agent_name?.S ?? "";
    expect((await switchTo(name, { llm_model: "gpt-4o" })).body.code).toBe("provider_fixed");
    expect((await switchTo(name, { system_prompt: "Still mine." })).status).toBe(200);
  });
});

describe("the preflight of a switch", () => {
  const tools = { tools: S('["a", {"tool_id": "b"}, {"name": "c", "enabled": false}]') };

  async function expectBlocked(name: string, changes: Json, code: string) {
    const before = await app.aws.agent(name);
    const refused = await switchTo(name, changes);
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
    expect(refused.body.findings).toEqual([
      {
        code,
        severity: "error",
        subject: { kind: expect.any(String), id: expect.any(String) },
        title: expect.any(String),
        evidence: expect.any(String),
        fix: expect.any(String),
      },
    ]);
    expect(await app.aws.agent(name)).toEqual(before);
    const override_reason = "We know; the fix is under way.";
    expect((await switchTo(name, { ...changes, override_reason })).status).toBe(200);
    expect(await newestEvent(name)).toMatchObject({ reason: override_reason });
  }

  test("blocks a provider that the runtime cannot map", async () => {
    const llm_model = await putModel("xai");
    const name = await putAgent("openai", "gpt-4o");
    await expectBlocked(name, { llm_provider: "xai", llm_model }, "agent_provider_unmapped");
  });

  test("blocks a model without tools for an agent that has tools", async () => {
    const llm_model = await putModel("openai", { supports_tools: { BOOL: false } });
    const name = await putAgent("openai", "gpt-4o", tools);
    await expectBlocked(name, { llm_model }, "agent_tools_unsupported");
  });

  test("blocks an inference profile of another region", async () => {
    const llm_model = await putModel("bedrock", {}, `us.vendor.${unique("m")}`);
    const name = await putAgent("openai", "gpt-4o");
    await expectBlocked(name, { llm_provider: "bedrock", llm_model }, "bedrock_region_mismatch");
  });

  test("blocks a provider without a key", async () => {
    const llm_model = await putModel("google");
    const name = await putAgent("openai", "gpt-4o");
    await withSecret(
      ({ GEMINI_API_KEY: _, ...rest }) => rest,
      () => expectBlocked(name, { llm_provider: "google", llm_model }, "key_missing"),
    );
  });

  test("blocks a key that has expired", async () => {
    const llm_model = await putModel("anthropic");
    const name = await putAgent("openai", "gpt-4o");
    const before = await app.aws.secretText();
    await app.admin.put("/api/providers/anthropic/key", {
      api_key: "sandbox-expired-key",
      expires_at: "2026-01-01T00:00:00Z",
    });
    await expectBlocked(name, { llm_provider: "anthropic", llm_model }, "key_expired");
    await app.aws.putSecret(before);
  });

  test("does not block on what is not known: tools support null, a key that was never verified", async () => {
    const llm_model = await putModel("openai");
    const name = await putAgent("openai", "gpt-4o", tools);
    expect((await switchTo(name, { llm_model })).status).toBe(200);
  });

  test("does not count tools that are switched off", async () => {
    const llm_model = await putModel("openai", { supports_tools: { BOOL: false } });
    const off = { tools: S('[{"tool_name": "a", "enabled": false}]') };
    expect((await switchTo(await putAgent("openai", "gpt-4o", off), { llm_model })).status).toBe(
      200,
    );
  });

  test("an override reason that was not needed is not recorded", async () => {
    const llm_model = await putModel("openai");
    const name = await putAgent("openai", "gpt-4o");
    await switchTo(name, { llm_model, override_reason: "Just in case." });
    expect(await newestEvent(name)).toMatchObject({ reason: null });
  });
});
