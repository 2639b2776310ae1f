import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { between, dropAfterForward } from "../support/fault-proxy";
import { agentPath, agentRow, type Json, modelRow, secretId, tables, unique } from "./console";
import { keyNames, startKeyConsole } from "./key-console";

let app: Awaited<ReturnType<typeof startKeyConsole>>;

beforeAll(async () => {
  app = await startKeyConsole();
});

beforeEach(async () => {
  await app.aws.putSecret("{}");
});

afterAll(() => app.stop());

describe("other writers of the secret", () => {
  const movesCurrent = {
    operation: "UpdateSecretVersionStage",
    containing: '"VersionStage":"AWSCURRENT"',
  };

  test("a concurrent PutSecretValue keeps both keys", async () => {
    let happened = false;
    app.proxy.once(movesCurrent, async () => {
      happened = true;
      await app.aws.putSecret('{"FOREIGN":"kept","OPENAI_API_KEY":"theirs"}');
    });
    expect((await app.putKey("anthropic", "sk-ant-ours-1234")).status).toBe(200);
    expect(happened).toBe(true);
    expect(await app.values()).toMatchObject({
      FOREIGN: "kept",
      OPENAI_API_KEY: "theirs",
      ANTHROPIC_API_KEY: "sk-ant-ours-1234",
    });
    expect((await app.eventsOf("anthropic"))[0]?.outcome).toBe("done");
  });

  test("five concurrent writes in a row only delay ours", async () => {
    let writes = 0;
    const write = between(async () => {
      if (writes === 5) return;
      writes += 1;
      const values = { ...(await app.values()), [`FOREIGN_${writes}`]: "kept" };
      await app.aws.putSecret(JSON.stringify(values));
    });
    const stopInjecting = app.proxy.inject(movesCurrent, write);
    expect((await app.putKey("google", "AIza-ours-1234567")).status).toBe(200);
    stopInjecting();
    const stored = await app.values();
    expect(Object.keys(stored).filter((name) => name.startsWith("FOREIGN_"))).toHaveLength(5);
    expect(stored.GEMINI_API_KEY).toBe("AIza-ours-1234567");
  });

  test("a lost reply of the stage move is recognised: one write, one event, success", async () => {
    const eventCount = (await app.eventsOf("openai")).length;
    const callsBefore = app.proxy.calls.length;
    const stopInjecting = app.proxy.inject({ ...movesCurrent, nth: 1 }, dropAfterForward);
    expect((await app.putKey("openai", "sk-lost-reply-1234")).status).toBe(200);
    stopInjecting();
    const calls = app.proxy.calls.slice(callsBefore);
    expect(calls.filter(({ body }) => body.includes(movesCurrent.containing))).not.toHaveLength(0);
    expect(calls.filter(({ operation }) => operation === "PutSecretValue")).toHaveLength(1);
    expect((await app.values()).OPENAI_API_KEY).toBe("sk-lost-reply-1234");
    const events = await app.eventsOf("openai");
    expect(events).toHaveLength(eventCount + 1);
    expect(events[0]?.outcome).toBe("done");
  });

  test("a lost reply of PutSecretValue doesn't create a second version", async () => {
    const callsBefore = app.proxy.calls.length;
    const stopInjecting = app.proxy.inject(
      { operation: "PutSecretValue", nth: 1 },
      dropAfterForward,
    );
    expect((await app.putKey("openai", "sk-lost-put-12345")).status).toBe(200);
    stopInjecting();
    const puts = app.proxy.calls
      .slice(callsBefore)
      .filter(({ operation }) => operation === "PutSecretValue");
    expect(puts.length).toBeGreaterThanOrEqual(1);
    expect((await app.values()).OPENAI_API_KEY).toBe("sk-lost-put-12345");
  });

  test("after twelve concurrent key writes, every key has an acknowledged value", async () => {
    await app.aws.putSecret('{"FOREIGN":"kept","NUMBER":7}');
    const ids = Object.keys(keyNames) as (keyof typeof keyNames)[];
    const writes = [...ids, ...ids].map((id, index) => ({
      id,
      value: `sk-${id}-${index}-${unique("v")}`,
    }));
    const answers = await Promise.all(writes.map(({ id, value }) => app.putKey(id, value)));
    expect(answers.map((answer) => answer.status)).toEqual(writes.map(() => 200));
    const stored = await app.values();
    expect(stored).toMatchObject({ FOREIGN: "kept", NUMBER: 7 });
    for (const id of ids) {
      const acknowledged = writes.filter((write) => write.id === id).map((write) => write.value);
      expect(acknowledged).toContain(stored[keyNames[id]]);
    }
  });

  test("writes stay within the number of stages that Secrets Manager accepts", async () => {
    for (const id of Object.keys(keyNames)) await app.putKey(id, `sk-${unique(id)}`);
    expect((await labels()).length).toBeLessThanOrEqual(20);
  });
});

test("a repair of a key that isn't overwritten is refused and writes nothing", async () => {
  await app.putKey("xai", `xai-${unique("first")}`);
  await app.putKey("xai", `xai-${unique("second")}`);
  const before = await app.aws.secretText();
  expect(await app.admin.post("/api/providers/xai/key/repair", undefined)).toMatchObject({
    status: 409,
    body: { code: "conflict" },
  });
  expect(await app.aws.secretText()).toBe(before);
});

test("a rollback doesn't replace what another writer saved meanwhile", async () => {
  await app.putKey("xai", `xai-${unique("first")}`);
  await app.putKey("xai", `xai-${unique("second")}`);
  const foreign = `xai-${unique("foreign")}`;
  const stop = app.proxy.inject(
    { operation: "PutSecretValue" },
    between(async () => app.aws.putSecret(JSON.stringify({ XAI_API_KEY: foreign }))),
  );
  const answer = await app.admin.post("/api/providers/xai/key/rollback", {});
  stop();
  expect(answer).toMatchObject({ status: 409, body: { code: "conflict" } });
  expect((await app.values()).XAI_API_KEY).toBe(foreign);
});

test("a key's value is in no response, event, row or log line", async () => {
  const canary = `sk-canary-${unique("never")}-seen`;
  const seen: string[] = [];
  const collect = async (answer: Promise<{ text: string; headers: Headers }>) => {
    const { text, headers } = await answer;
    seen.push(text, JSON.stringify([...headers]));
  };
  await collect(app.putKey("openai", canary));
  await collect(
    app.admin.put("/api/providers/openai/key", { api_key: canary, extra: canary.length }),
  );
  await collect(app.admin.put("/api/providers/openai/key", `{"api_key": "${canary}"`));
  await collect(app.admin.put("/api/providers/openai/key", { api_key: `${canary} ${canary}` }));
  await collect(app.admin.put("/api/providers/openai/key", { api_key: [canary] }));
  await collect(app.viewer.put("/api/providers/openai/key", { api_key: canary }));
  await collect(app.viewer.get("/api/providers"));
  await collect(app.viewer.get("/api/activity"));
  const stopInjecting = app.proxy.inject(
    { operation: "UpdateSecretVersionStage" },
    between(() => app.aws.putSecret(`{"OPENAI_API_KEY":"${canary}"`)),
  );
  await collect(app.putKey("anthropic", canary));
  await collect(app.viewer.get("/api/providers"));
  stopInjecting();
  await app.aws.putSecret(`{"OPENAI_API_KEY":"${canary}"}`);
  await collect(app.admin.delete("/api/providers/openai/key"));
  seen.push(JSON.stringify(await app.aws.scan(tables.management)), app.output());
  const start = canary.slice(0, 20);
  for (const text of seen) expect(text).not.toContain(start);
});

describe("without a secret", () => {
  test("everything can be read, and saving a key is a 409 with the command that creates the secret", async () => {
    await app.aws.secrets.send(
      new DeleteSecretCommand({ SecretId: secretId, ForceDeleteWithoutRecovery: true }),
    );
    try {
      expect((await app.viewer.get("/api/providers")).status).toBe(200);
      expect((await app.providerOf("openai"))?.key.status).toBe("missing");
      const refused = await app.putKey("openai", "sk-nowhere-to-go-1");
      expect(refused).toMatchObject({ status: 409, body: { code: "setup_incomplete" } });
      expect(refused.body.detail).toContain("aws secretsmanager create-secret");
      expect(refused.body.detail).toContain(secretId);
    } finally {
      await app.aws.secrets.send(new CreateSecretCommand({ Name: secretId, SecretString: "{}" }));
    }
    expect((await app.putKey("openai", "sk-now-it-works-1")).status).toBe(200);
  });

  test.each(["[1, 2]", "OPENAI_API_KEY=sk-1", '{"OPENAI_API_KEY":"sk-cut'])(
    "a secret that is no JSON object (%s) is told beside the keys' states, and stays as it is",
    async (text) => {
      await app.aws.putSecret('{"OPENAI_API_KEY":"sk-was-fine-1234"}');
      const good = await app.aws.currentVersion();
      await app.aws.putSecret(text);
      const bad = await app.aws.currentVersion();
      const { status, body } = await app.viewer.get("/api/providers");
      expect(status).toBe(200);
      const providers = body.providers as { key: Json }[]; // By docs/contract.md.
      expect(providers.map(({ key }) => key.status)).toEqual(providers.map(() => "missing"));
      expect(body.secret_fault).toMatchObject({ name: secretId });
      const { command } = body.secret_fault as Json; // As above.
      expect(command).toContain("aws secretsmanager update-secret-version-stage");
      expect(command).toContain(`--move-to-version-id ${good} --remove-from-version-id ${bad}`);
      expect(JSON.stringify(body)).not.toContain("sk-");
      expect(await app.putKey("openai", "sk-into-an-array")).toMatchObject({
        status: 409,
        body: { code: "setup_incomplete" },
      });
      expect(await app.aws.secretText()).toBe(text);
    },
  );

  test("a broken secret after a broken one has no repair command", async () => {
    await app.aws.putSecret("[]");
    await app.aws.putSecret("[1]");
    const { body } = await app.viewer.get("/api/providers");
    expect(body.secret_fault).toMatchObject({ name: secretId, command: null });
    await app.aws.putSecret("{}");
    expect((await app.viewer.get("/api/providers")).body).toMatchObject({ secret_fault: null });
  });
});

describe("a secret that can't be changed", () => {
  test("scheduled for deletion: everything can be read, and saving a key says how to restore it", async () => {
    await app.putKey("openai", "sk-before-the-deletion");
    await app.aws.put(tables.models, modelRow("openai", "gpt-4o"));
    await app.aws.put(tables.agents, agentRow("keyed-agent", "openai", "gpt-4o"));
    await app.aws.secrets.send(new DeleteSecretCommand({ SecretId: secretId }));
    try {
      const { status, body } = await app.viewer.get("/api/providers");
      expect(status).toBe(200);
      const command = expect.stringContaining("aws secretsmanager restore-secret");
      expect(body.secret_fault).toMatchObject({ name: secretId, kind: "deleted", command });
      expect((await app.viewer.get("/api/checks")).status).toBe(200);
      const trace = await app.viewer.get(`${agentPath("keyed-agent")}/trace`);
      expect(trace).toMatchObject({
        status: 200,
        body: {
          ok: false,
          would_fail_with: { cause: expect.stringContaining("Secret key not found") },
        },
      });
      expect(trace.body.steps).toContainEqual(
        expect.objectContaining({
          step: "secret_key",
          status: "broken",
          value: "OPENAI_API_KEY",
          detail: "The secret has no such key.",
        }),
      );
      const refusals = [
        app.putKey("openai", "sk-into-a-deleted-one"),
        app.admin.delete("/api/providers/openai/key"),
        app.admin.post("/api/providers/openai/key/rollback", {}),
        app.admin.post("/api/providers/openai/key/verify", {}),
      ];
      for (const { status, body } of await Promise.all(refusals)) {
        expect({ status, code: body.code }).toEqual({ status: 409, code: "setup_incomplete" });
        expect(body.detail).toContain("restore-secret");
      }
    } finally {
      await app.aws.secrets.send(new RestoreSecretCommand({ SecretId: secretId }));
    }
    expect((await app.values()).OPENAI_API_KEY).toBe("sk-before-the-deletion");
  });

  test("at its maximum length: the change is refused with an explanation, and the event is too", async () => {
    await app.aws.putSecret(JSON.stringify({ FOREIGN: "x".repeat(65_400) }));
    const refused = await app.putKey("openai", "sk-one-too-many-1234");
    expect(refused).toMatchObject({ status: 413, body: { code: "too_large" } });
    expect((await app.eventsOf("openai"))[0]?.outcome).toBe("refused");
  });

  test("without free staging labels: a key is saved but can't be rolled back", async () => {
    await app.putKey("deepseek", "sk-the-first-value-1");
    await removeLabels((label) => label === "DEEPSEEK_API_KEY_PREVIOUS");
    const free = 20 - (await labels()).length;
    const others = Array.from({ length: free }, (_, index) => `OTHERS_${index}`);
    const put = { SecretId: secretId, SecretString: "{}", VersionStages: others };
    await app.aws.secrets.send(new PutSecretValueCommand(put));
    try {
      const saved = await app.putKey("deepseek", "sk-the-second-value-2");
      expect(saved).toMatchObject({ status: 200, body: { can_roll_back: false } });
      expect((await app.eventsOf("deepseek"))[0]?.outcome).toBe("done");
      expect(await app.aws.query(tables.management, "key-intents")).toEqual([]);
      expect((await app.putKey("xai", "xai-goes-on-all-the-same")).status).toBe(200);
      await removeLabels((label) => label === "SWITCHBOARD_PENDING");
      await app.aws.secrets.send(
        new PutSecretValueCommand({ ...put, VersionStages: ["OTHERS_LAST"] }),
      );
      const refused = await app.putKey("xai", "xai-has-no-label-left");
      expect(refused).toMatchObject({ status: 409, body: { code: "setup_incomplete" } });
      expect(refused.body.detail).toContain("staging label");
      expect((await app.eventsOf("xai"))[0]?.outcome).toBe("refused");
    } finally {
      await removeLabels((label) => label.startsWith("OTHERS_"));
    }
  });
});

/** The version id of every label of the secret. */
async function labels(): Promise<[string, string][]> {
  const command = new DescribeSecretCommand({ SecretId: secretId });
  const { VersionIdsToStages = {} } = await app.aws.secrets.send(command);
  return Object.entries(VersionIdsToStages).flatMap(([id, names]) =>
    names.map((name): [string, string] => [name, id]),
  );
}

async function removeLabels(isMeant: (label: string) => boolean): Promise<void> {
  for (const [VersionStage, RemoveFromVersionId] of await labels()) {
    if (!isMeant(VersionStage)) continue;
    const removal = { SecretId: secretId, VersionStage, RemoveFromVersionId };
    await app.aws.secrets.send(new UpdateSecretVersionStageCommand(removal));
  }
}
