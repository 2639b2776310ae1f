import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEmbeddedStore } from "../support/embedded-store";
import {
  agentPath,
  agentRow,
  type Json,
  modelPath,
  modelRow,
  outside,
  secretId,
  tables,
} from "./console";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let app: Awaited<ReturnType<typeof startAgainst>>;
let aws: ReturnType<typeof outside>;

/** Carries out the command that the console told for a table, as its reader would. */
async function createTable(detail: unknown, name: string): Promise<void> {
  const commands = String(detail).matchAll(/aws dynamodb create-table .*--cli-input-json '(.*)'/g);
  // What the AWS CLI reads is the input of the operation.
  const inputs = [...commands].map(([, json]) => JSON.parse(json ?? "") as CreateTableCommandInput);
  const input = inputs.find(({ TableName }) => TableName === name);
  if (!input) throw new Error(`No command for ${name} in ${detail}`);
  await store.dynamodb.send(new CreateTableCommand(input));
}

beforeAll(async () => {
  store = await openEmbeddedStore();
  aws = outside(store.url);
  app = await startAgainst(store.url);
});

afterAll(async () => {
  await app?.stop();
  aws?.close();
  await store?.close();
});

const ready = () => app.viewer.get("/api/health/ready");

const writes: [string, () => ReturnType<typeof app.admin.get>][] = [
  [
    "creating a model",
    () => app.admin.post("/api/models", { provider: "openai", model_id: "new" }),
  ],
  ["changing a model", () => app.admin.patch(modelPath("openai", "m"), { display_name: "New" })],
  ["choosing a default", () => app.admin.patch(modelPath("openai", "other"), { is_default: true })],
  ["setting a price", () => app.admin.patch(modelPath("openai", "m"), { input_price: 2 })],
  ["deleting a model", () => app.admin.delete(modelPath("openai", "m"))],
  ["switching an agent", () => app.admin.patch(agentPath("a"), { llm_model: "m" })],
  ["changing a prompt", () => app.admin.patch(agentPath("a"), { system_prompt: "New." })],
  [
    "saving a key",
    () => app.admin.put("/api/providers/openai/key", { api_key: "sk-some-new-key" }),
  ],
  ["removing a key", () => app.admin.delete("/api/providers/openai/key")],
];

describe("an account in which nothing is set up", () => {
  test("says so, with the command for what is missing", async () => {
    const answer = await ready();
    expect(answer.status).toBe(503);
    const missing = ["models_table", "agents_table", "management_table", "secret"];
    expect(answer.body).toMatchObject({ status: "not_ready", missing });
    const models = await app.viewer.get("/api/models");
    expect(models).toMatchObject({ status: 409, body: { code: "setup_incomplete" } });
    expect(models.body.detail).toContain("aws dynamodb create-table");
    expect(models.body.detail).toContain(tables.models);
  });

  test("says first where it looked, and what to correct if that is the wrong place", async () => {
    const { body } = await app.viewer.get("/api/agents");
    const [first = ""] = String(body.detail).split("\n");
    expect(first).toMatch(/^The console looked in account 000000000000, region [\w-]+, for /);
    for (const name of [...Object.values(tables), secretId]) expect(first).toContain(name);
    expect(first).toContain("correct AWS_REGION, ENV_NAME or the server's AWS credentials");
  });

  test("health answers nevertheless, to everyone", async () => {
    const { status, body } = await app.viewer.get("/api/health");
    expect([status, body.status]).toEqual([200, "ok"]);
  });
});

describe("an account without the agents' table", () => {
  beforeAll(async () => {
    const { body } = await app.viewer.get("/api/models");
    await createTable(body.detail, tables.models);
    await aws.put(tables.models, modelRow("openai", "alone"));
  });

  test("models and keys can be read, and say that their agents are not known", async () => {
    const list = await app.viewer.get("/api/models");
    expect(list).toMatchObject({ status: 200, body: { models: [{ agents_unknown: true }] } });
    const answer = await app.viewer.get(modelPath("openai", "alone"));
    expect(answer).toMatchObject({ status: 200, body: { used_by: [], agents_unknown: true } });
    const keys = await app.viewer.get("/api/providers");
    expect(keys).toMatchObject({ status: 200, body: { secret_fault: null } });
    const providers = keys.body.providers as Json[]; // By docs/contract.md.
    expect(providers[0]).toMatchObject({ agents: 0, agents_unknown: true });
  });

  test("a model cannot be retired while nobody knows who uses it", async () => {
    const answer = await app.admin.delete(modelPath("openai", "alone"));
    expect(answer).toMatchObject({ status: 409, body: { code: "setup_incomplete" } });
    expect(answer.body.detail).toContain(tables.agents);
    expect(await aws.model("openai#alone")).toBeDefined();
    await aws.remove(tables.models, { pk: { S: "openai#alone" } });
  });
});

describe("an account without our table", () => {
  beforeAll(async () => {
    const { body } = await app.viewer.get("/api/agents");
    await createTable(body.detail, tables.agents);
    const SecretString = '{"OPENAI_API_KEY":"sk-their-own-key"}';
    await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString }));
    await aws.put(tables.models, modelRow("openai", "m", { is_default: { BOOL: true } }));
    await aws.put(tables.models, modelRow("openai", "other"));
    await aws.put(tables.agents, agentRow("a", "openai", "other"));
  });

  test("everything can be read", async () => {
    for (const path of [
      "/api/models",
      modelPath("openai", "m"),
      "/api/agents",
      agentPath("a"),
      "/api/providers",
      "/api/activity",
      "/api/activity?entity=key:openai",
    ]) {
      expect([path, (await app.viewer.get(path)).status]).toEqual([path, 200]);
    }
    const { body } = await app.viewer.get("/api/models");
    expect(body.models).not.toContainEqual(expect.objectContaining({ agents_unknown: true }));
  });

  test.each(writes)(
    "%s is 409 with the command that creates the table, and nothing is written",
    async (_, write) => {
      const before = [
        await aws.scan(tables.models),
        await aws.scan(tables.agents),
        await aws.secretText(),
      ];
      const answer = await write();
      expect(answer).toMatchObject({ status: 409, body: { code: "setup_incomplete" } });
      expect(answer.body.detail).toContain("aws dynamodb create-table");
      expect(answer.body.detail).toContain(tables.management);
      expect([
        await aws.scan(tables.models),
        await aws.scan(tables.agents),
        await aws.secretText(),
      ]).toEqual(before);
    },
  );

  test("is not ready, and is as soon as the table is there; then writes work without a restart", async () => {
    expect(await ready()).toMatchObject({ status: 503, body: { missing: ["management_table"] } });
    const refused = await app.admin.patch(agentPath("a"), { system_prompt: "New." });
    await createTable(refused.body.detail, tables.management);
    expect(await ready()).toMatchObject({ status: 200, body: { status: "ready", missing: [] } });
    for (const [what, write] of writes.filter(([name]) => name !== "deleting a model")) {
      expect([what, (await write()).ok]).toEqual([what, true]);
    }
  });

  test("is not ready any more within its 5 s once somebody deletes a table, says which, and recovers", async () => {
    expect((await ready()).status).toBe(200);
    await store.dynamodb.send(new DeleteTableCommand({ TableName: tables.agents }));
    await expect
      .poll(ready, { timeout: 60_000 })
      .toMatchObject({ status: 503, body: { status: "not_ready", missing: ["agents_table"] } });
    const { body } = await app.viewer.get("/api/agents");
    await createTable(body.detail, tables.agents);
    expect(await ready()).toMatchObject({ status: 200, body: { status: "ready", missing: [] } });
  });
});
