import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentRuntime } from "../support/state-machine/agent-runtime";
import { agentPath, agentRow, secretId, tables, unique } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let runtime: ReturnType<typeof agentRuntime>;

beforeAll(async () => {
  app = await startConsole();
  runtime = agentRuntime(app.awsUrl, secretId);
});

afterAll(async () => {
  runtime?.close();
  await app?.stop();
});

const missing = "Missing field endpoint";
const anthropic = ["https://api.anthropic.com/v1/messages", "x-api-key", "ANTHROPIC_API_KEY"];
const openai = ["https://api.openai.com/v1/chat/completions", "Authorization", "OPENAI_API_KEY"];
const google = (id: string) => [
  `https://generativelanguage.googleapis.com/v1beta/models/${id}:generateContent`,
  "x-goog-api-key",
  "GEMINI_API_KEY",
];
const bedrock = (id: string) => [
  `https://bedrock-runtime.eu-west-1.amazonaws.com/model/${id}/converse`,
  "Authorization",
  "AWS_BEARER_TOKEN_BEDROCK",
];

async function callOf(name: string): Promise<string[] | string> {
  try {
    const { endpoint, auth_header, secret_key_name } = await runtime.invokeUnified(name);
    return [endpoint, auth_header, secret_key_name];
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe("as seeded", () => {
  test.each([
    ["sql-agent", anthropic],
    ["maps-agent", google("gemini-2.0-flash-exp")],
    ["research-agent", openai],
    ["web-research-agent", bedrock("eu.amazon.nova-pro-v1:0")],
    ["invoice-agent", missing],
    ["vision-agent", missing],
    ["reasoning-agent", openai],
    ["support-agent", missing],
    ["translate-agent", missing],
    ["batch-agent", openai],
  ])("the unified %s runs on what its row names, or fails", async (name, expected) => {
    expect(await callOf(name)).toEqual(expected);
  });

  test.each([
    ["sql-agent", "v0.9", "claude-3-opus-20240229"],
    ["timeseries-agent", "v1.0", "claude-3-5-sonnet-20241022"],
    ["broken-agent", "v1.0", "gpt-4o-mini"],
    ["bare-agent", "v1.0", "claude-3-5-sonnet-20241022"],
  ])(
    "the older %s %s keeps its compiled provider and takes its model as stored",
    async (name, version, model) => {
      expect(await runtime.invokeOlder(name, version)).toMatchObject({
        endpoint: anthropic[0],
        secret_key_name: "ANTHROPIC_API_KEY",
        model,
      });
    },
  );
});

describe("after a change in the console", () => {
  test("research-agent, moved to Bedrock's Nova Pro, gets its endpoint, header and token", async () => {
    const target = { llm_provider: "bedrock", llm_model: "eu.amazon.nova-pro-v1:0" };
    expect((await app.admin.patch(agentPath("research-agent"), target)).status).toBe(200);
    expect(await callOf("research-agent")).toEqual(bedrock("eu.amazon.nova-pro-v1:0"));
    const { key, model } = await runtime.invokeUnified("research-agent");
    expect([model, key]).toEqual([target.llm_model, expect.stringMatching(/^sandbox-bedrock-/)]);
  });

  test.each([
    ["vision-agent", { llm_model: "gemini-1.5-pro-002" }, google("gemini-1.5-pro-002")],
    [
      "invoice-agent",
      { llm_model: "eu.amazon.nova-lite-v1:0" },
      bedrock("eu.amazon.nova-lite-v1:0"),
    ],
    ["support-agent", { llm_provider: "claude", llm_model: "claude-3-opus-20240229" }, anthropic],
    [
      "translate-agent",
      { llm_model: "eu.amazon.nova-micro-v1:0" },
      bedrock("eu.amazon.nova-micro-v1:0"),
    ],
  ])("the broken %s works", async (name, target, expected) => {
    expect(await callOf(name)).toBe(missing);
    expect((await app.admin.patch(agentPath(name), target)).status).toBe(200);
    expect(await callOf(name)).toEqual(expected);
  });

  test("a model created as amazon is found by an agent that was switched to it", async () => {
    const model_id = unique("eu.amazon.nova");
    const name = unique("agent");
    await app.aws.put(tables.agents, agentRow(name, "openai", "gpt-4o"));
    await app.admin.post("/api/models", { provider: "amazon", model_id });
    await app.admin.patch(agentPath(name), { llm_provider: "bedrock", llm_model: model_id });
    expect(await callOf(name)).toEqual(bedrock(model_id));
  });

  test("a saved key is what the next invocation takes, a prompt what it sends", async () => {
    await app.admin.put("/api/providers/openai/key", { api_key: "sk-fresh-key-1234" });
    await app.admin.patch(agentPath("batch-agent"), { system_prompt: "New words." });
    expect(await runtime.invokeUnified("batch-agent")).toMatchObject({
      key: "sk-fresh-key-1234",
      system_prompt: "New words.",
    });
  });

  test("every model that an admin may switch to without a reason is one that runs", async () => {
    const { body } = await app.viewer.get("/api/models?active=true");
    const models = body.models as { provider: string; model_id: string }[]; // By docs/contract.md.
    const name = unique("traveller");
    await app.aws.put(tables.agents, agentRow(name, "openai", "gpt-4o"));
    for (const { provider, model_id } of models) {
      const changes = { llm_provider: provider, llm_model: model_id };
      const { status } = await app.admin.patch(agentPath(name), changes);
      expect([200, 409]).toContain(status);
      if (status === 200) expect([model_id, await callOf(name)]).not.toEqual([model_id, missing]);
    }
  });
});

test("the state machine shares no code with lib/", () => {
  const folder = resolve(import.meta.dirname, "../support/state-machine");
  for (const file of readdirSync(folder)) {
    expect(readFileSync(join(folder, file), "utf8")).not.toMatch(/from "(@\/|\.\.\/\.\.\/\.\.\/)/);
  }
});
