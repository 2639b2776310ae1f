import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { presignedQuery, shortTermToken, tokenIssuedAt } from "../support/bearer-tokens";
import {
  type CompletionConsole,
  startCompletionConsole,
  startImpatientCopy,
} from "./completion-console";
import { agentPath, agentRow, type Json, modelRow, tables, unique } from "./console";
import { keyNames } from "./key-console";

let app: CompletionConsole;
let impatient: Awaited<ReturnType<typeof startImpatientCopy>>;

beforeAll(async () => {
  app = await startCompletionConsole();
  impatient = await startImpatientCopy(app);
});
beforeEach(() => app.reset());
afterAll(async () => {
  await impatient?.stop();
  await app?.stop();
});

const ids = Object.keys(keyNames);
const hour = 3_600_000;
const verify = (id: string, body: Json = {}, by = app.admin) =>
  by.post(`/api/providers/${id}/key/verify`, body);
const put = (id: string, body: Json) => app.admin.put(`/api/providers/${id}/key`, body);
const generate = (body: Json, id = "bedrock") =>
  app.admin.post(`/api/providers/${id}/key/generate`, body);
const values = async (): Promise<Json> => JSON.parse(await app.aws.secretText());

async function keyOf(id: string): Promise<Json> {
  const { body } = await app.viewer.get("/api/providers");
  const providers = body.providers as { id: string; key: Json }[]; // By docs/contract.md.
  return providers.find((provider) => provider.id === id)?.key ?? {};
}

async function eventsOf(id: string): Promise<Json[]> {
  const { body } = await app.viewer.get(`/api/activity?entity=key:${id}`);
  return body.events as Json[]; // By docs/contract.md.
}

describe("verifying", () => {
  test.each(ids)("the stored key of %s works, which is recorded", async (id) => {
    const answer = await verify(id);
    expect(answer).toMatchObject({
      status: 200,
      body: { outcome: "verified", code: null, simulated: true },
    });
    expect((await keyOf(id)).status).toBe("verified");
  });

  test.each(ids)("a key that %s rejects is neither saved nor recorded", async (id) => {
    await app.setKey(id, `sandbox-${unique("stored")}`);
    const [secret, events] = [await app.aws.secretText(), await eventsOf(id)];
    const answer = await verify(id, { api_key: "sandbox-fail-bad_key" });
    expect(answer).toMatchObject({
      status: 200,
      body: { outcome: "rejected", code: "bad_key", simulated: true },
    });
    expect(answer.body.cause).toEqual(expect.any(String));
    expect(answer.body.provider_message).toEqual(expect.any(String));
    expect(await app.aws.secretText()).toBe(secret);
    expect(await eventsOf(id)).toEqual(events);
    expect((await keyOf(id)).status).toBe("stored");
  });

  test.each([
    ["openai", `sk-ant-api03-${"q7Zk".repeat(20)}`, /looks like a key of Anthropic/],
    ["anthropic", "ABSKQmVkcm9ja0FQSUtleS0xMjM0", /looks like a key of Amazon Bedrock/],
    ["google", "changeme", /placeholder/],
    ["xai", "xai-****7101", /masked/],
  ])("what isn't a key of %s is recognised and not sent: %s", async (id, api_key, cause) => {
    expect((await verify(id, { api_key })).body).toEqual({
      outcome: "not_known",
      code: "bad_key",
      cause: expect.stringMatching(cause),
      fix: expect.any(String),
      provider_status: null,
      provider_message: null,
      simulated: false,
      receipt: null,
    });
  });

  test("a key that looks like another provider's is sent when the caller insists", async () => {
    const api_key = `sk-ant-api03-${"q7Zk".repeat(20)}`;
    const { body } = await verify("openai", { api_key, anyway: true });
    expect(body.outcome).toBe("verified");
  });

  test("a list of models isn't asked for with another provider's key", async () => {
    await app.setKey("openai", `sk-ant-api03-${"q7Zk".repeat(20)}`);
    const answer = await app.viewer.get("/api/providers/openai/available-models");
    expect(answer).toMatchObject({ body: { code: "bad_key" } });
    expect(answer.body.detail).toMatch(/looks like a key of Anthropic.*wasn't sent to OpenAI/);
  });

  test("the outcome for a key that is the stored one is recorded", async () => {
    await app.setKey("openai", "sandbox-fail-bad_key-noted");
    await verify("openai", { api_key: "sandbox-fail-bad_key-noted" });
    expect((await keyOf("openai")).status).toBe("rejected");
  });

  test("a stored key that has expired at the provider is recorded as expired", async () => {
    await app.setKey("bedrock", "sandbox-fail-key_expired-1");
    expect((await verify("bedrock")).body).toMatchObject({
      outcome: "expired",
      code: "key_expired",
    });
    expect((await keyOf("bedrock")).status).toBe("expired");
  });

  test.each(["rate_limited", "overloaded", "provider_error", "hang", "html"])(
    "an answer such as %s says nothing of the key: not known, and what was noted stays",
    async (code) => {
      await app.setKey("anthropic", `sandbox-fail-${code}-1`);
      const by = code === "hang" ? impatient.admin : app.admin;
      const { body } = await verify("anthropic", {}, by);
      expect(body).toMatchObject({ outcome: "not_known", receipt: null });
      expect(body.cause).toEqual(expect.any(String));
      expect((await keyOf("anthropic")).status).toBe("stored");
    },
  );

  test("a provider without a stored key is key_missing", async () => {
    await app.setKey("xai", undefined);
    expect((await verify("xai")).body).toMatchObject({ outcome: "rejected", code: "key_missing" });
    expect((await keyOf("xai")).status).toBe("missing");
  });

  test("needs an admin, a known provider and a well-formed key", async () => {
    const path = "/api/providers/openai/key/verify";
    expect((await app.viewer.post(path, {})).status).toBe(403);
    expect((await verify("acme")).status).toBe(404);
    expect((await app.admin.raw("POST", path)).status).toBe(200);
    expect(await verify("openai", { api_key: "  " })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "api_key" }] },
    });
    expect((await verify("openai", { base_url: "http://elsewhere" })).status).toBe(422);
  });
});

describe("saving a tested key", () => {
  test.each([
    ["verified", `sandbox-${unique("good")}`],
    ["rejected", "sandbox-fail-bad_key-anyway"],
  ])("shows it as %s at once, by the receipt of the trial", async (status, api_key) => {
    const { receipt } = (await verify("deepseek", { api_key })).body;
    expect((await put("deepseek", { api_key, receipt })).body.status).toBe(status);
    expect((await keyOf("deepseek")).status).toBe(status);
  });

  test("with a receipt of another key or a forged one, it is saved as not tested", async () => {
    const { receipt } = (await verify("google", { api_key: "sandbox-one-key" })).body;
    for (const body of [receipt, "verified.1.forged"]) {
      const answer = await put("google", { api_key: "sandbox-another-key", receipt: body });
      expect(answer).toMatchObject({ status: 200, body: { status: "stored" } });
    }
  });
});

describe("a short-term token", () => {
  test("shows its region and expiry, whoever stored it", async () => {
    await app.setKey("bedrock", await shortTermToken({ region: "us-east-1", hours: 2 }));
    const { kind, region, status, expires_at } = await keyOf("bedrock");
    expect({ kind, region, status }).toEqual({
      kind: "short_term",
      region: "us-east-1",
      status: "stored",
    });
    const left = Date.parse(String(expires_at)) - Date.now();
    expect(left).toBeGreaterThan(1.9 * hour);
    expect(left).toBeLessThanOrEqual(2 * hour);
  });

  test("expires by its own date everywhere, without a call", async () => {
    const [agent, model] = [unique("agent"), unique("model")];
    await app.aws.put(tables.models, modelRow("bedrock", model));
    await app.aws.put(tables.agents, agentRow(agent, "bedrock", "another"));
    await app.setKey("bedrock", await tokenIssuedAt(Date.now() - 3 * hour, { hours: 2 }));
    const calls = app.upstream.calls.length;

    expect((await keyOf("bedrock")).status).toBe("expired");
    expect((await verify("bedrock")).body).toMatchObject({
      outcome: "expired",
      code: "key_expired",
    });
    const change = { llm_provider: "bedrock", llm_model: model };
    expect(await app.admin.patch(agentPath(agent), change)).toMatchObject({
      status: 409,
      body: { code: "preflight_blocked", findings: [{ code: "key_expired" }] },
    });
    expect(app.upstream.calls).toHaveLength(calls);
  });

  test("renewed by a script without a date is a different token", async () => {
    const former = await shortTermToken();
    await app.setKey("bedrock", former);
    app.upstream.behaviour.answer = "unauthorized";
    expect((await verify("bedrock")).body.outcome).toBe("rejected");
    expect((await keyOf("bedrock")).status).toBe("rejected");
    await app.setKey("bedrock", await tokenIssuedAt(Date.now() - 60_000));
    expect((await keyOf("bedrock")).status).toBe("stored");
  });

  test("that can't be read is saved without a kind", async () => {
    const answer = await put("bedrock", { api_key: "bedrock-api-key-cut-short" });
    expect(answer).toMatchObject({ status: 200, body: { kind: null, expires_at: null } });
  });
});

describe("generating a token", () => {
  test("saves one for the runtime's region and returns its lifetime, not the token", async () => {
    const before = await values();
    const answer = await generate({ hours: 3 });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: "stored",
        kind: "short_term",
        region: "eu-west-1",
        updated_by: "admin",
        ends_with_session: false,
        session_ends_at: null,
      },
    });
    const { issued_at, expires_at } = answer.body;
    expect(Date.parse(String(expires_at)) - Date.parse(String(issued_at))).toBe(3 * hour);

    const { AWS_BEARER_TOKEN_BEDROCK: token, ...others } = await values();
    expect(presignedQuery(String(token))).toContain("X-Amz-Expires=10800");
    const ours = /^AWS_BEARER_TOKEN_BEDROCK/;
    const foreign = (secret: Json) => Object.entries(secret).filter(([name]) => !ours.test(name));
    expect(foreign(others)).toEqual(foreign(before));
    expect(answer.text).not.toContain(String(token).slice(0, 40));
    expect((await eventsOf("bedrock"))[0]).toMatchObject({
      action: "key.generate",
      actor: "admin",
      outcome: "done",
    });
  });

  test("can be rolled back to the key that it replaced", async () => {
    const { AWS_BEARER_TOKEN_BEDROCK: former } = await values();
    await generate({ hours: 1 });
    expect((await app.admin.post("/api/providers/bedrock/key/rollback", {})).status).toBe(200);
    expect((await values()).AWS_BEARER_TOKEN_BEDROCK).toBe(former);
  });

  test.each([0, 13, 1.5, "2", null])("for %j hours is rejected", async (hours) => {
    const before = await app.aws.secretText();
    expect(await generate({ hours })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "hours" }] },
    });
    expect(await app.aws.secretText()).toBe(before);
  });

  test("needs an admin, and is only for Bedrock", async () => {
    const path = "/api/providers/bedrock/key/generate";
    expect((await app.viewer.post(path, { hours: 1 })).status).toBe(403);
    expect((await generate({ hours: 1 }, "openai")).status).toBe(404);
  });
});

test("no tested, saved or generated key is in a response, an event, a note or a log", async () => {
  const canary = "sandbox-fail-bad_key-canaryZ9x8W7";
  const reported: string[] = [];
  for (const id of ids) {
    reported.push((await verify(id, { api_key: canary })).text);
    const { receipt } = (await verify(id, { api_key: canary })).body;
    reported.push((await put(id, { api_key: canary, receipt })).text, (await verify(id)).text);
  }
  reported.push((await put("openai", { api_key: canary, receipt: 5 })).text);
  reported.push((await generate({ hours: 1 })).text, (await verify("bedrock")).text);
  const token = String((await values()).AWS_BEARER_TOKEN_BEDROCK);
  for (const id of ids) reported.push(JSON.stringify(await eventsOf(id)));
  reported.push((await app.viewer.get("/api/providers")).text, app.output());
  reported.push(JSON.stringify(await app.aws.scan(tables.management)));

  const query = presignedQuery(token);
  const signature = new URLSearchParams(query).get("X-Amz-Signature") ?? "";
  expect(signature).toHaveLength(64);
  const secrets = ["canaryZ9x8W7", token.slice(16, 60), token.slice(-40), signature, "X-Amz-"];
  const all = reported.join("\n");
  expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
});
