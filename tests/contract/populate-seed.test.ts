import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand, GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { knownModels } from "@/lib/models/rules/known-models";
import { providers } from "@/lib/providers/schema";
import { seed } from "../../scripts/populate/seed";
import { createTables } from "../../scripts/populate/tables";
import { type EmbeddedStore, openEmbeddedStore } from "../support/embedded-store";
import platform from "../support/platform.json";

const now = new Date("2026-11-22T12:00:00.000Z");
const platformFile = fileURLToPath(new URL("../support/platform.json", import.meta.url));
let store: EmbeddedStore;
let environment: ReturnType<EmbeddedStore["newEnvironment"]>;

beforeAll(async () => {
  store = await openEmbeddedStore();
});

afterAll(() => store.close());

beforeEach(async () => {
  environment = store.newEnvironment();
  await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
});

async function secret(): Promise<Record<string, string>> {
  const command = new GetSecretValueCommand({ SecretId: environment.secretId });
  const { SecretString = "" } = await store.secretsManager.send(command);
  return JSON.parse(SecretString);
}

function runSeed(value: string, more: { dynamodb?: DynamoDBClient } = {}): Promise<void> {
  const { dynamodb, secretsManager } = store;
  const { tables, secretId } = environment;
  return seed({ dynamodb, secretsManager, tables, secretId, seed: value, now, ...more });
}

describe("seed", () => {
  it("creates models, the sample agents and a sandbox key per provider", async () => {
    await runSeed("default");
    expect((await store.scan(environment.tables.models)).length).toBe(knownModels.length);
    expect((await store.scan(environment.tables.agents)).length).toBe(14);
    const values = await secret();
    for (const { id, secret_key_name: name } of providers) {
      expect(values[name]).toMatch(new RegExp(`^sandbox-${id}-[0-9a-f]{24}$`));
      expect(values[`${name}_UPDATED_AT`]).toBe(now.toISOString());
      expect(values[`${name}_PROVIDER`]).toBe(id);
      expect(values[`${name}_UPDATED_BY`]).toBe("populate");
    }
  });

  it("completes an interrupted run and changes nothing that exists", async () => {
    await store.put(environment.tables.agents, {
      agent_name: { S: "sql-agent" },
      version: { S: "v1.0" },
      llm_model: { S: "mine" },
    });
    const SecretString = JSON.stringify({ OPENAI_API_KEY: "sandbox-mine", OTHER: "stays" });
    await store.secretsManager.send(
      new CreateSecretCommand({ Name: environment.secretId, SecretString }),
    );
    await runSeed("default");
    const values = await secret();
    expect(values).toMatchObject({ OPENAI_API_KEY: "sandbox-mine", OTHER: "stays" });
    expect(values.XAI_API_KEY).toMatch(/^sandbox-xai-/);
    const agents = await store.scan(environment.tables.agents);
    expect(agents.length).toBe(14);
    expect(agents.some((agent) => agent.llm_model?.S === "mine")).toBe(true);
    await runSeed("default");
    expect(await secret()).toEqual(values);
  });

  it("leaves tables and secret empty for none", async () => {
    await runSeed("none");
    expect(await store.scan(environment.tables.models)).toEqual([]);
    expect(await store.scan(environment.tables.agents)).toEqual([]);
    expect(await secret()).toEqual({});
  });

  it("writes a file's rows unchanged, and sandbox keys", async () => {
    await runSeed(platformFile);
    expect((await store.scan(environment.tables.models)).length).toBe(platform.LLMModels.length);
    expect((await store.scan(environment.tables.agents)).length).toBe(
      platform.AgentRegistry.length,
    );
    const rows = await store.scan(environment.tables.models);
    const sonnet = rows.find((row) => row.pk?.S === "anthropic#claude-3-7-sonnet-latest");
    expect(sonnet).toMatchObject({
      input_price_per_1k: { N: "3" },
      is_active: { S: "true" },
      is_default: { BOOL: true },
    });
    expect((await secret()).GEMINI_API_KEY).toMatch(/^sandbox-google-/);
  });

  it("writes more rows than fit in a batch", async () => {
    const LLMModels = Array.from({ length: 60 }, (_, index) => ({ pk: `openai#m${index}`, index }));
    const path = join(store.folder, "many.json");
    await writeFile(path, JSON.stringify({ LLMModels: [...LLMModels, LLMModels[0]] }));
    await runSeed(path);
    expect((await store.scan(environment.tables.models)).length).toBe(60);
  });

  it.each([
    ["missing", null, /cannot be read/],
    ["torn", '{"LLMModels": [', /is not JSON/],
    ["list", "[]", /must hold/],
    ["keyless", '{"LLMModels": [{"pk": "a#b"}, {"provider": "openai"}]}', /row 2 of LLMModels/],
    ["unknown", '{"Models": []}', /Models/],
    ["mistyped", '{"LLMModels": [{"pk": "a#b", "is_active": true}]}', /is_active of row 1/],
    ["oversized", `{"LLMModels": [{"pk": "a#${"b".repeat(3000)}"}]}`, /refuses/],
  ])("rejects a %s file with a message that names it", async (name, text, reason) => {
    const path = join(store.folder, `${name}.json`);
    if (text !== null) await writeFile(path, text);
    const error = await runSeed(path).catch((cause: Error) => cause);
    expect(String(error)).toContain(path);
    expect(String(error)).toMatch(reason);
  });

  it("writes sample data to this machine only", async () => {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const remote = new DynamoDBClient({ region: "eu-west-1", credentials });
    await expect(runSeed("default", { dynamodb: remote })).rejects.toThrow(/local stand-ins only/);
  });
});
