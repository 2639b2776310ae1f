import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReplay } from "../support/replay-server";
import { Caller, type Json, tables, unique } from "./console";
import { type ConsoleProcess, startConsoleProcess, startProcessAgainst } from "./console-process";

/** Low enough to be reached, high enough for what else is asked here. */
const limits = { RATE_LIMIT_KEYS: "40", RATE_LIMIT_COMPLETIONS: "12", RATE_LIMIT_SIGN_INS: "20" };
/** Whose addresses the tests write into X-Forwarded-For. */
const behindProxy = { TRUSTED_PROXIES: "1" };
const canary = "sk-canary-4f1d0c7e9b";

let elsewhere: Awaited<ReturnType<typeof startReplay>>;
let provider: Awaited<ReturnType<typeof startReplay>>;
let app: ConsoleProcess;
let copy: Awaited<ReturnType<typeof startProcessAgainst>>;

beforeAll(async () => {
  elsewhere = await startReplay({ body: ["{}"] });
  provider = await startReplay({
    status: 307,
    headers: { location: `${elsewhere.url.replace("127.0.0.1", "localhost")}/v1/chat/completions` },
    body: [],
  });
  const env = {
    ...limits,
    ...behindProxy,
    LOG_LEVEL: "info",
    OPENAI_BASE_URL: `${provider.url}/v1`,
  };
  app = await startConsoleProcess({ env });
  copy = await startProcessAgainst(app.awsUrl, env);
});

afterAll(async () => {
  await copy.stop();
  await app.stop();
  await elsewhere.stop();
  await provider.stop();
});

async function makeToken(role: "viewer" | "admin", name = unique("script")) {
  const answer = await app.admin.post("/api/tokens", { name, role, expires_in_days: 30 });
  expect(answer.status, answer.text).toBe(201);
  const { id, token } = answer.body as { id: string; token: string }; // As the route answers.
  return { id, name, token, by: bearer(app.url, token) };
}

/** Calls with a token instead of a cookie. */
function bearer(url: string, token: string) {
  const caller = new Caller(url, null);
  return {
    send: (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      caller.send(method, path, body, { authorization: `Bearer ${token}`, ...headers }),
  };
}

const activityOf = async (search: string) => {
  const { body } = await app.admin.get(`/api/activity?${search}`);
  return body.events as Json[]; // By docs/contract.md.
};

describe("API tokens", () => {
  test("a token is shown once, is stored as a hash, and stands in Activity", async () => {
    const { id, name, token } = await makeToken("viewer");
    expect(token).toMatch(/^swb_[0-9a-f]{16}_[\w-]{43}$/);
    const list = await app.admin.get("/api/tokens");
    const record = { id, name, role: "viewer", state: "active", created_by: "admin" };
    expect(list.body.tokens).toContainEqual(expect.objectContaining(record));
    const secret = token.slice(-43);
    const stored = JSON.stringify(await app.aws.scan(tables.management));
    for (const text of [list.text, stored, JSON.stringify(await activityOf("kind=token"))]) {
      expect(text).toContain(name);
      expect(text).not.toContain(secret);
    }
    expect(await activityOf(`entity=token:${id}`)).toMatchObject([
      { action: "token.create", actor: "admin" },
    ]);
  });

  test("a viewer's token reads, and changes nothing", async () => {
    const { by } = await makeToken("viewer");
    expect((await by.send("GET", "/api/models")).status).toBe(200);
    const draft = { provider: "openai", model_id: unique("model") };
    expect(await by.send("POST", "/api/models", draft)).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
    expect((await by.send("GET", "/api/tokens")).status).toBe(403);
  });

  test("an admin's token writes under its own name, without an Origin but from no other site", async () => {
    const { by, name } = await makeToken("admin");
    const model_id = unique("model");
    const create = (headers?: Record<string, string>) =>
      by.send("POST", "/api/models", { provider: "openai", model_id }, headers);
    expect((await create({ origin: "https://evil.example" })).status).toBe(403);
    expect((await create()).status).toBe(201);
    const [event] = await activityOf(`entity=${encodeURIComponent(`model:openai#${model_id}`)}`);
    expect(event).toMatchObject({ actor: `token:${name}`, action: "model.create" });
  });

  test("malformed, expired and altered tokens are refused, even beside a valid cookie", async () => {
    const { id, token, by } = await makeToken("admin");
    const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
    const unknown = `swb_0123456789abcdef_${token.slice(-43)}`;
    for (const token of [wrong, unknown, "swb_", "eyJhbGciOiJub25lIn0.e30.", "two words", ""]) {
      const answer = await app.admin.get("/api/models", { authorization: `Bearer ${token}` });
      expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
      if (token) expect(answer.text).not.toContain(token.slice(-20));
    }
    const key = { pk: { S: "tokens" }, sk: { S: id } };
    await app.aws.set(tables.management, key, "expires_at", { S: "2026-01-01T00:00:00.000Z" });
    const expired = await by.send("GET", "/api/models");
    expect(expired).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/expired on 2026-01-01/) },
    });
  });

  test("a revoked token ends at once, on the other copy too, and frees its name", async () => {
    const { id, name, token } = await makeToken("viewer");
    const there = bearer(copy.url, token);
    expect((await there.send("GET", "/api/models")).status).toBe(200);
    const again = { name, role: "viewer", expires_in_days: 1 };
    const taken = await app.admin.post("/api/tokens", again);
    expect(taken).toMatchObject({ status: 409, body: { errors: [{ path: "name" }] } });
    const revoked = await app.admin.delete(`/api/tokens/${id}`);
    expect(revoked).toMatchObject({ status: 200, body: { state: "revoked", revoked_by: "admin" } });
    const refused = await there.send("GET", "/api/models");
    expect(refused).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/was revoked on/) },
    });
    expect((await app.admin.delete(`/api/tokens/${id}`)).status).toBe(409);
    expect((await app.admin.post("/api/tokens", again)).status).toBe(201);
  });

  test("a token of another environment is refused, and one of an earlier version is not", async () => {
    const { id, by } = await makeToken("admin");
    const key = { pk: { S: "tokens" }, sk: { S: id } };
    const row = await app.aws.find(tables.management, key);
    expect(row).toMatchObject({ environment: { S: "prod" } });
    await app.aws.put(tables.management, { ...row, environment: { S: "dev" } });
    expect(await by.send("GET", "/api/models")).toMatchObject({
      status: 401,
      body: { detail: expect.stringMatching(/created in the environment "dev"/) },
    });
    const { environment: _, ...former } = { ...row };
    await app.aws.put(tables.management, former);
    expect((await by.send("GET", "/api/models")).status).toBe(200);
  });

  test("a token makes no token that outlives it", async () => {
    const { id, by } = await makeToken("admin");
    const end = new Date(Date.now() + 3_600_000).toISOString();
    const key = { pk: { S: "tokens" }, sk: { S: id } };
    await app.aws.set(tables.management, key, "expires_at", { S: end });
    const draft = { name: unique("child"), role: "admin", expires_in_days: 365 };
    const child = await by.send("POST", "/api/tokens", draft);
    expect(child).toMatchObject({ status: 201, body: { expires_at: end } });
    const { token, id: childId } = child.body as { token: string; id: string }; // As the route answers.
    const grandchild = await bearer(app.url, token).send("POST", "/api/tokens", {
      ...draft,
      name: unique("grandchild"),
    });
    expect((await app.admin.delete(`/api/tokens/${id}`)).status).toBe(200);
    for (const ended of [token, String(grandchild.body.token)]) {
      expect(await bearer(copy.url, ended).send("GET", "/api/models")).toMatchObject({
        status: 401,
        body: { detail: expect.stringMatching(/was revoked on/) },
      });
    }
    const { tokens } = (await app.admin.get("/api/tokens")).body as { tokens: Json[] };
    expect(tokens.find((entry) => entry.id === childId)).toMatchObject({ state: "revoked" });
  });

  test.each([
    [{ role: "viewer", expires_in_days: 1 }, "name"],
    [{ name: "a/b", role: "viewer", expires_in_days: 1 }, "name"],
    [{ name: "x", role: "owner", expires_in_days: 1 }, "role"],
    [{ name: "x", role: "viewer", expires_in_days: 366 }, "expires_in_days"],
    [{ name: "x", role: "viewer", expires_in_days: 1, hash: "mine" }, "hash"],
  ])("%o is refused, and the field named", async (draft, path) => {
    const answer = await app.admin.post("/api/tokens", draft);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });
});

const minute = () => Math.floor(Date.now() / 60_000);

/** Asks both copies in turn until one refuses; once more if the minute ended meanwhile. */
async function askUntilRefused(
  limit: number,
  open: () => Promise<(url: string) => Promise<Response>>,
): Promise<{ allowed: number; refused: Response }> {
  for (;;) {
    const startMinute = minute();
    const ask = await open();
    let allowed = 0;
    let answer = await ask(app.url);
    while (answer.status !== 429 && allowed < limit * 2) {
      allowed += 1;
      answer = await ask(allowed % 2 === 0 ? app.url : copy.url);
    }
    if (minute() === startMinute) return { allowed, refused: answer };
  }
}

describe("rate limits hold across copies", () => {
  const asTokenOf = async (method: string, path: string, body?: unknown) => {
    const { token } = await makeToken("admin");
    const headers = { authorization: `Bearer ${token}` };
    return (url: string) => new Caller(url, null).raw(method, path, body, { headers });
  };

  test("for writes of keys", async () => {
    const open = () => asTokenOf("DELETE", "/api/providers/nobody-here/key");
    const { allowed, refused } = await askUntilRefused(40, open);
    expect(allowed).toBe(40);
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({ code: "throttled", retry_after: wait });
    const other = await open();
    expect((await other(app.url)).status).toBe(404);
  });

  test("for completions, and a refusal goes to Activity", async () => {
    const open = () => asTokenOf("POST", "/api/completions", {});
    const { allowed, refused } = await askUntilRefused(12, open);
    expect([allowed, refused.status]).toEqual([12, 429]);
    const noted = await activityOf("kind=access");
    expect(noted).toContainEqual(
      expect.objectContaining({
        action: "access.refused",
        outcome: "refused",
        request_id: refused.headers.get("x-request-id"),
        after: expect.objectContaining({ path: { S: "/api/completions" } }),
      }),
    );
  });

  test("for sign-in, by address", async () => {
    const signIn = (url: string, address: string) =>
      fetch(`${url}/api/auth/callback/local`, {
        method: "POST",
        redirect: "manual",
        // What a client writes in front of the proxy's own entry does not count.
        headers: { "x-forwarded-for": `10.0.0.${Math.floor(Math.random() * 250)}, ${address}` },
        body: new URLSearchParams({ csrfToken: "none", token: "guessed", json: "true" }),
      });
    let last = 0;
    const open = async () => {
      last += 1;
      return (url: string) => signIn(url, `203.0.113.${last}`);
    };
    const { allowed, refused } = await askUntilRefused(20, open);
    expect([allowed, refused.status]).toEqual([20, 429]);
    expect((await signIn(app.url, "203.0.113.250")).status).not.toBe(429);
  });
});

test("a refusal of somebody known is in Activity, five a minute at most", async () => {
  const { name, by } = await makeToken("viewer");
  const startMinute = minute();
  for (let requested = 0; requested < 8; requested += 1)
    await by.send("DELETE", "/api/providers/openai/key");
  const noted = await activityOf(`actor=${encodeURIComponent(`token:${name}`)}`);
  expect(noted.length).toBeGreaterThanOrEqual(5);
  expect(noted.length).toBeLessThanOrEqual(minute() === startMinute ? 5 : 8);
});

describe("a body that is too large is refused", () => {
  const chunk = Buffer.alloc(64_000, "x");

  /** Over a connection of its own: the server closes it when it does not want the rest. */
  async function statusOf(method: string, path: string, bytes: number, announced = true) {
    const length = announced ? { "content-length": bytes } : {};
    const headers = {
      cookie: app.admin.cookie ?? "",
      "content-type": "application/x-www-form-urlencoded",
      "x-forwarded-for": "203.0.113.251",
      ...length,
    };
    const sent = request(`${app.url}${path}`, { method, headers, agent: false });
    // What is still being sent when the answer has come meets a closed connection.
    const answered = once(sent, "response").finally(() => sent.on("error", () => {}));
    for (let left = bytes; left > 0; left -= chunk.length) sent.write(chunk.subarray(0, left));
    sent.end();
    const [answer] = (await answered) as [IncomingMessage]; // Node's event.
    answer.resume();
    return answer.statusCode;
  }

  test.each([
    ["PUT", "/api/providers/openai/key", 1_000_001],
    ["POST", "/api/models/import?mode=atomic", 10_000_001],
    ["POST", "/api/auth/callback/local", 64_001],
  ])("%s %s of %d bytes", async (method, path, bytes) => {
    expect(await statusOf(method, path, bytes)).toBe(413);
  });

  test("also when its length was not announced", async () => {
    expect(await statusOf("PUT", "/api/providers/openai/key", 1_100_000, false)).toBe(413);
  });
});

test("a provider's redirect to another host is not followed, and the key stays here", async () => {
  const saved = await copy.admin.put("/api/providers/openai/key", { api_key: canary });
  expect(saved.status, saved.text).toBe(200);
  const requested = { provider: "openai", model_id: "gpt-4o", prompt: "Hello", stream: false };
  const answer = await copy.admin.post("/api/completions", requested);
  expect(answer).toMatchObject({ status: 502, body: { code: "provider_error" } });
  expect((await copy.admin.get("/api/providers/openai/available-models")).ok).toBe(false);
  expect(provider.requests.length).toBeGreaterThanOrEqual(2);
  expect(provider.requests[0]?.headers.authorization).toBe(`Bearer ${canary}`);
  expect(elsewhere.requests).toEqual([]);
});

test("logs are JSON lines with the request id, and hold no secret", async () => {
  const { token, by } = await makeToken("viewer");
  const answer = await by.send("GET", `/api/models?q=${canary}`);
  const refused = await by.send("PUT", "/api/providers/openai/key", { api_key: canary });
  const lines = linesOf(app.output());
  const idOf = ({ headers }: { headers: Headers }) => headers.get("x-request-id");
  expect(lines).toContainEqual(
    expect.objectContaining({ message: "Request", request_id: idOf(answer), path: "/api/models" }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ message: "Refused", request_id: idOf(refused), status: 403 }),
  );
  const logged = JSON.stringify([...lines, ...linesOf(copy.output())]);
  const cookies = [app.admin.cookie, app.viewer.cookie].map((cookie) => cookie ?? "none");
  for (const secret of [canary, token.slice(-43), app.adminToken, ...cookies]) {
    expect(logged).not.toContain(secret);
  }
});

function linesOf(output: string): Json[] {
  // Every such line is one of lib/http/log.
  return output.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
}

test("every answer has its policy", async () => {
  const api = await app.stranger.get("/api/models");
  expect(api.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  const policies = await Promise.all(
    ["/sign-in", "/models", "/nowhere"].map(async (path) => {
      const page = await app.admin.raw("GET", path);
      await page.arrayBuffer();
      return page.headers.get("content-security-policy") ?? "";
    }),
  );
  for (const policy of policies) {
    expect(policy).toMatch(/script-src 'nonce-[\w+/=]{20,}' 'strict-dynamic';/);
    for (const part of ["base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"]) {
      expect(policy).toContain(part);
    }
  }
  expect(new Set(policies).size).toBe(policies.length);
  expect(api.headers.get("strict-transport-security")).toBeNull();
});

/** The last one: nothing is counted any more afterwards. */
test("without our table completions are let through uncounted", async () => {
  await app.aws.dynamodb.send(new DeleteTableCommand({ TableName: tables.management }));
  for (let requested = 0; requested < 15; requested += 1) {
    expect((await app.admin.post("/api/completions", {})).status).toBe(422);
  }
  expect(linesOf(app.output())).toContainEqual(
    expect.objectContaining({ message: "Request not counted", kind: "completions" }),
  );
});
