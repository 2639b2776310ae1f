import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { agentRow, modelRow, tables, unique } from "./console";
import { keyNames, startKeyConsole } from "./key-console";

let app: Awaited<ReturnType<typeof startKeyConsole>>;

beforeAll(async () => {
  app = await startKeyConsole();
});

beforeEach(async () => {
  await app.aws.putSecret("{}");
});

afterAll(() => app.stop());

describe("updating a key", () => {
  test.each(Object.entries(keyNames))(
    "of %s writes it under %s, with who and when",
    async (id, name) => {
      const api_key = `sandbox-${unique(id)}-wxyz`;
      const startedAt = new Date().toISOString();
      const answer = await app.putKey(id, api_key);
      expect(answer).toMatchObject({
        status: 200,
        body: { status: "stored", last_four: "wxyz", updated_by: "admin" },
      });
      const stored = await app.values();
      expect(stored).toEqual({
        [name]: api_key,
        [`${name}_UPDATED_AT`]: answer.body.updated_at,
        [`${name}_PROVIDER`]: id,
        [`${name}_UPDATED_BY`]: "admin",
      });
      const updatedAt = String(answer.body.updated_at);
      expect(updatedAt >= startedAt).toBe(true);
      expect(Date.parse(String(answer.body.effective_at)) - Date.parse(updatedAt)).toBe(300_000);
    },
  );

  test("leaves every other byte of the secret unchanged", async () => {
    const before = [
      '{\n  "FOREIGN_KEY" : "caf\\u00e9 \\/ x",',
      '  "NUMBER":1.50e+2, "NESTED": {"list": [1,  2.0, null], "deep": {"A":true}},',
      '  "OPENAI_API_KEY": "old-openai-value",',
      '  "ANTHROPIC_API_KEY": "sk-ant-stays",\n  "LAST": "é"\n}',
    ].join("\n");
    await app.aws.putSecret(before);
    expect((await app.putKey("openai", "sk-new-value-1234")).status).toBe(200);
    const after = await app.aws.secretText();
    const [start = "", end = ""] = before.split("old-openai-value");
    expect(after.startsWith(`${start}sk-new-value-1234`)).toBe(true);
    expect(after).toContain(end.slice(0, end.indexOf('"é"') + 3));
    expect(JSON.parse(after)).toMatchObject({ NUMBER: 150, LAST: "é" });
  });

  test("trims a pasted key", async () => {
    await app.putKey("openai", "  sk-pasted-key-5678\n");
    expect((await app.values()).OPENAI_API_KEY).toBe("sk-pasted-key-5678");
  });

  test("takes effect when the JSON has the name twice", async () => {
    await app.aws.putSecret('{"OPENAI_API_KEY":"first-value","OPENAI_API_KEY":"second-value"}');
    await app.putKey("openai", "sk-third-value-9");
    expect((await app.values()).OPENAI_API_KEY).toBe("sk-third-value-9");
  });

  test("replaces a value that isn't a string, which callers ignore", async () => {
    await app.aws.putSecret('{"OPENAI_API_KEY": 42}');
    expect((await app.providerOf("openai"))?.key.status).toBe("missing");
    await app.putKey("openai", "sk-a-real-string");
    expect((await app.values()).OPENAI_API_KEY).toBe("sk-a-real-string");
  });

  test("stores its expiry and returns it later", async () => {
    await app.putKey("bedrock", "ABSKbG9uZy10ZXJt", { expires_at: "2026-01-01T00:00:00Z" });
    expect((await app.providerOf("bedrock"))?.key).toMatchObject({
      status: "expired",
      kind: "long_term",
      expires_at: "2026-01-01T00:00:00Z",
    });
    await app.putKey("bedrock", "ABSKYW5vdGhlcg==");
    expect((await app.providerOf("bedrock"))?.key).toMatchObject({
      status: "stored",
      kind: "long_term",
      expires_at: null,
    });
  });

  test.each([
    ["an empty key", { api_key: "  " }, "api_key"],
    ["no key", {}, "api_key"],
    ["a key with a line break inside", { api_key: "sk-a\nsk-b" }, "api_key"],
    ["a date that is none", { api_key: "sk-x", expires_at: "tomorrow" }, "expires_at"],
    ["an endpoint of one's own", { api_key: "sk-x", base_url: "http://evil" }, "base_url"],
  ])("%s is refused by naming the field, and nothing is written", async (_, body, path) => {
    const answer = await app.admin.put("/api/providers/openai/key", body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path })]);
    expect(await app.values()).toEqual({});
  });

  test.each(["acme", "claude", "__proto__"])("%s is not a provider id: 404", async (id) => {
    expect((await app.putKey(id, "sk-something")).status).toBe(404);
    expect((await app.admin.delete(`/api/providers/${id}/key`)).status).toBe(404);
  });

  test("is recorded with only four characters of the old and the new value", async () => {
    await app.aws.putSecret('{"XAI_API_KEY":"former-value-abcd"}');
    await app.putKey("xai", "following-value-efgh");
    expect((await app.eventsOf("xai"))[0]).toMatchObject({
      action: "key.update",
      actor: "admin",
      outcome: "done",
      before: { last_four: { S: "abcd" } },
      after: { last_four: { S: "efgh" } },
    });
  });
});

describe("removing a key", () => {
  test("removes the key and its dates, and nothing else", async () => {
    await app.aws.putSecret('{"FOREIGN": [1, 2], "ANTHROPIC_API_KEY": "sk-ant-stays"}');
    await app.putKey("google", "AIza-some-google-key");
    const answer = await app.admin.delete("/api/providers/google/key");
    expect(answer).toMatchObject({ status: 200, body: { status: "missing", last_four: null } });
    expect(await app.values()).toEqual({ FOREIGN: [1, 2], ANTHROPIC_API_KEY: "sk-ant-stays" });
    expect((await app.eventsOf("google"))[0]).toMatchObject({
      action: "key.delete",
      outcome: "done",
    });
  });

  test("that doesn't exist is a 404", async () => {
    expect((await app.admin.delete("/api/providers/deepseek/key")).status).toBe(404);
  });
});

describe("the list of providers", () => {
  test("has all six with name, secret key name, counts (aliases included) and key state", async () => {
    const model = unique("m");
    await app.aws.put(tables.models, modelRow("bedrock", model));
    await app.aws.put(tables.models, modelRow("amazon", model));
    await app.aws.put(tables.agents, agentRow(unique("a"), "amazon", model));
    await app.aws.put(tables.agents, agentRow(unique("a"), "aws", model));
    const providers = await app.providers();
    expect(providers.map(({ id, secret_key_name }) => [id, secret_key_name])).toEqual(
      Object.entries(keyNames),
    );
    expect(await app.providerOf("bedrock")).toMatchObject({
      name: "Amazon Bedrock",
      models: 2,
      agents: 2,
      key: { status: "missing", last_four: null, updated_at: null, updated_by: null },
    });
  });

  test("shows no part of a value of at most eight characters", async () => {
    await app.putKey("openai", "short123");
    expect((await app.providerOf("openai"))?.key).toMatchObject({
      status: "stored",
      last_four: null,
    });
  });

  test("shows keys that others stored without dates", async () => {
    await app.aws.putSecret('{"OPENAI_API_KEY":"sk-from-a-script"}');
    expect((await app.providerOf("openai"))?.key).toMatchObject({
      status: "stored",
      last_four: "ript",
      updated_at: null,
      effective_at: null,
    });
  });
});

test("a viewer can read the state of keys but not change them", async () => {
  await app.putKey("openai", "sk-viewer-test-1234");
  expect((await app.viewer.get("/api/providers")).status).toBe(200);
  const put = await app.viewer.put("/api/providers/openai/key", { api_key: "sk-viewer" });
  expect(put).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect((await app.viewer.delete("/api/providers/openai/key")).status).toBe(403);
  expect((await app.values()).OPENAI_API_KEY).toBe("sk-viewer-test-1234");
});
