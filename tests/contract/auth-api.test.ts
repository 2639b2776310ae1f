// Requirements of OWASP ASVS 5.0.0 about sessions, headers and logs, by number; the ends of sessions
// and who may what are in authorisation.test.ts.
import { randomBytes } from "node:crypto";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serverError, startFaultProxy } from "../support/fault-proxy";
import { copyImageFiles } from "../support/image";
import { Caller, type Json, tables } from "./console";
import { type ConsoleProcess, startConsoleProcess } from "./console-process";
import { sendForm, sessionCookie, signOut } from "./session-forms";

let app: ConsoleProcess;
/** Between the other copy and the tables of both. */
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let image: ReturnType<typeof copyImageFiles>;
/** Another copy of the console, at the same address. */
let copy: Awaited<ReturnType<typeof image.start>>;

beforeAll(async () => {
  const env = { LOG_LEVEL: "info", NEXTAUTH_SECRET: randomBytes(32).toString("hex") };
  app = await startConsoleProcess({ seed: "none", env });
  proxy = await startFaultProxy({ dynamodb: app.awsUrl, secretsmanager: app.awsUrl });
  image = copyImageFiles();
  copy = await image.start({
    ...env,
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    NEXTAUTH_URL: app.url,
  });
});

afterAll(async () => {
  copy?.kill("SIGKILL");
  await copy?.exit;
  image?.remove();
  proxy?.stop();
  await app?.stop();
});

const linesOf = (output: string): Json[] =>
  // Every such line is one of lib/http/log.
  output.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));

async function signIn(token: string, sent: Parameters<typeof sendForm>[3] = {}) {
  const answer = await sendForm(app.url, "callback/local", { token }, sent);
  return { cookie: sessionCookie(answer), answer };
}

/** A new session as a Cookie header, of which anybody may have a copy. */
const newSession = async (session?: string) =>
  (await signIn(app.adminToken, { session })).cookie.split(";")[0] ?? "";

const statusOf = async (session: string, url = app.url) =>
  (await new Caller(url, session).get("/api/models")).status;

describe("sessions", () => {
  test("3.3.2, 3.3.4: the cookie is for this site and no script, and holds no token", async () => {
    const { cookie } = await signIn(app.adminToken);
    expect(cookie).toMatch(/httponly/i);
    expect(cookie).toMatch(/samesite=(lax|strict)/i);
    expect(cookie).not.toMatch(/domain=/i);
    expect(cookie).not.toContain(app.adminToken);
  });

  test("7.2.4, 7.3.1: each sign-in makes another session, which lasts 30 minutes", async () => {
    const [first, second] = [await signIn(app.adminToken), await signIn(app.adminToken)];
    expect(first.cookie.split(";")[0]).not.toBe(second.cookie.split(";")[0]);
    const answer = await app.admin.raw("GET", "/api/auth/session");
    const expected = { name: "admin", role: "admin", subject: "local:admin" };
    expect(await answer.json()).toMatchObject({ user: expected });
    const expires = Date.parse(/expires=([^;]+)/i.exec(sessionCookie(answer))?.[1] ?? "");
    expect(expires).toBeGreaterThan(Date.now() + 28 * 60_000);
    expect(expires).toBeLessThanOrEqual(Date.now() + 30 * 60_000);
  });

  test("3.5.1: sign-in and sign-out need the CSRF token of the browser", async () => {
    expect((await signIn(app.adminToken, { csrf: "forged" })).cookie).toBe("");
    const out = await app.admin.raw("POST", "/api/auth/signout", { csrfToken: "forged" });
    await out.arrayBuffer();
    expect(sessionCookie(out)).toBe("");
  });

  test.each(["", "wrong", "LOCAL_ADMIN_TOKEN"])("the token %o signs nobody in", async (token) => {
    expect((await signIn(token)).cookie).toBe("");
  });
});

describe("7.4.1: signing out ends the session for every copy of its cookie", () => {
  test("on every copy of the console, for the API, the pages and the renewal", async () => {
    const [session, other] = [await newSession(), await newSession()];
    expect([await statusOf(session), await statusOf(session, copy.url)]).toEqual([200, 200]);
    const out = await signOut(app.url, session);
    expect(sessionCookie(out)).toMatch(/max-age=0|1970/i);
    expect(out.headers.get("x-session-ended")).toBe("true");
    for (const { url } of [app, copy]) {
      const stolen = new Caller(url, session);
      const refused = await stolen.get("/api/models");
      expect(refused).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
      expect((await stolen.post("/api/models", {})).status).toBe(401);
      const renewed = await stolen.get("/api/auth/session");
      expect(renewed.text).toBe("{}");
      expect(renewed.headers.get("set-cookie")).not.toMatch(/session-token=[^;]/);
      const page = await stolen.get("/activity", { accept: "text/html" });
      expect(`${page.headers.get("location")} ${page.text}`).toContain("/sign-in");
      expect(await statusOf(other, url)).toBe(200);
    }
    const kept = (await app.aws.scan(tables.management)).filter(({ pk }) =>
      pk?.S?.startsWith("session#"),
    );
    expect(kept).toHaveLength(1);
    const hours = (Number(kept[0]?.delete_after?.N) - Date.now() / 1000) / 3600;
    expect([hours > 8, hours <= 9]).toEqual([true, true]);
    const { body } = await app.viewer.get("/api/activity?kind=sign_in");
    const noted = { action: "sign_in.ended", outcome: "done", actor: "admin" };
    expect(body.events).toContainEqual(expect.objectContaining(noted));
  });

  test("a cookie that was renewed before is a copy too", async () => {
    const session = await newSession();
    const answer = await new Caller(app.url, session).raw("GET", "/api/auth/session");
    const renewed = sessionCookie(answer).split(";")[0] ?? "";
    expect(renewed).not.toBe(session);
    expect(await statusOf(renewed)).toBe(200);
    await signOut(app.url, session);
    expect(await statusOf(renewed)).toBe(401);
  });

  test("several at once end it once, and again is no fault", async () => {
    const session = await newSession();
    const urls = [app.url, copy.url, app.url, copy.url];
    const answers = await Promise.all(urls.map((url) => signOut(url, session)));
    answers.push(await signOut(app.url, session));
    for (const out of answers) {
      expect([out.status, out.headers.get("x-session-ended")]).toEqual([200, "true"]);
    }
    expect(await statusOf(session)).toBe(401);
  });

  test("without the form's CSRF token nothing ends", async () => {
    const session = await newSession();
    const out = await signOut(app.url, session, { csrf: "forged" });
    expect([sessionCookie(out), out.headers.get("x-session-ended")]).toEqual(["", "false"]);
    expect(await statusOf(session)).toBe(200);
  });

  test("7.2.4: signing in again ends the session that the browser had", async () => {
    const former = await newSession();
    const session = await newSession(former);
    expect([await statusOf(former), await statusOf(session)]).toEqual([401, 200]);
  });

  test("a cookie takes only a session, and a header only an API token", async () => {
    const session = await newSession();
    const [name = "", value = ""] = session.split(/=(.*)/s);
    const draft = { name: "session-kinds", role: "admin", expires_in_days: 1 };
    const { body } = await app.admin.post("/api/tokens", draft);
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
    const claims = {
      sub: "local:admin",
      name: "admin",
      role: "admin",
      exp: 9e9,
      signed_in_at: 9e9,
    };
    const unsigned = `${encoded({ alg: "none" })}.${encoded(claims)}.`;
    const unsealed = `${encoded({ alg: "none", enc: "none" })}..${encoded({})}.${encoded(claims)}.`;
    for (const forged of [String(body.token), unsigned, unsealed, "", "undefined", "{}"]) {
      expect(await statusOf(`${name}=${forged}`)).toBe(401);
    }
    const bearer = { authorization: `Bearer ${value}` };
    expect((await app.stranger.get("/api/models", bearer)).status).toBe(401);
    expect((await app.stranger.get("/api/auth/session", bearer)).text).toBe("{}");
  });
});

describe("where DynamoDB does not say whether a session has ended", () => {
  const isRead = { operation: "GetItem", containing: "session#" };

  test("people may look, nothing is done, and no cookie is renewed or lost", async () => {
    const session = await newSession();
    const stopInjecting = proxy.inject(isRead, serverError);
    const caller = new Caller(copy.url, session);
    expect((await caller.get("/api/models")).status).toBe(200);
    expect((await caller.get("/models")).status).toBe(200);
    const write = await caller.post("/api/models", { provider: "openai", model_id: "in-doubt" });
    expect(write).toMatchObject({ status: 502, body: { code: "aws_unavailable" } });
    const renewal = await caller.get("/api/auth/session");
    expect([renewal.status, renewal.headers.get("set-cookie")]).toEqual([502, null]);
    stopInjecting();
    const request = () => proxy.calls.filter(({ body }) => body.includes("session#")).length;
    const before = request();
    expect((await caller.get("/models")).text).toContain("Model Management");
    expect(request() - before, "reads for a page of several parts").toBe(1);
    expect(await app.aws.model("openai#in-doubt")).toBeUndefined();
    expect((await caller.get("/api/auth/session")).body).toHaveProperty("user");
    expect(linesOf(copy.output())).toContainEqual(
      expect.objectContaining({ level: "error", message: expect.stringMatching(/has ended/) }),
    );
  });

  test("who signs out is out in that browser, and is told that the server could not note it", async () => {
    const session = await newSession();
    const stopInjecting = proxy.inject({ operation: "TransactWriteItems" }, serverError);
    const out = await signOut(copy.url, session);
    stopInjecting();
    expect(sessionCookie(out)).toMatch(/max-age=0|1970/i);
    expect(out.headers.get("x-session-ended")).toBe("false");
    expect(await statusOf(session)).toBe(200);
  });
});

test.each(["/sign-in", "/models", "/nowhere", "/api/models", "/api/nowhere", "/api/health"])(
  "3.4.3, 3.4.4, 3.4.5, 3.4.6, 3.4.2: %s frames, sniffs, tells and shares nothing",
  async (path) => {
    for (const caller of [app.admin, app.stranger]) {
      const { headers } = await caller.get(path, { origin: "https://evil.example" });
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("base-uri 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toMatch(/object-src 'none'|default-src 'none'/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  },
);

describe("logs", () => {
  test("16.3.1, 16.3.2: refusals are lines with who, what, when and the request's id", async () => {
    const { answer } = await signIn("sign-in-canary");
    expect(sessionCookie(answer)).toBe("");
    const refused = await app.viewer.post("/api/models", { provider: "log-canary" });
    const lines = linesOf(app.output());
    const signedOut = lines.find(({ message }) => message === "Sign-in refused");
    expect(signedOut).toMatchObject({ level: "warn", method: "local", at: expect.any(String) });
    expect(lines).toContainEqual(
      expect.objectContaining({
        at: expect.stringMatching(/Z$/),
        message: "Refused",
        request_id: refused.headers.get("x-request-id"),
        actor: "viewer",
        path: "/api/models",
        status: 403,
      }),
    );
    // 16.2.5
    expect(app.output()).not.toMatch(/sign-in-canary|log-canary/);
    const { body } = await app.viewer.get("/api/activity?kind=sign_in");
    const accepted = { action: "sign_in.accepted", outcome: "done", actor: "admin" };
    const noted = { action: "sign_in.refused", outcome: "refused", actor: "unknown" };
    expect(body.events).toEqual(
      expect.arrayContaining([expect.objectContaining(accepted), expect.objectContaining(noted)]),
    );
  });

  test("16.4.1: nobody writes a line of their own", async () => {
    const line = '\r\n{"level":"error","message":"forged"}\r\n';
    const forged = encodeURIComponent(line);
    const stranger = new Caller(app.url, `next-auth.session-token=${forged}`);
    await stranger.get(`/api/models/openai/${forged}`);
    await app.viewer.delete(`/api/models/${forged}/${forged}`);
    await signIn(line);
    expect((await app.stranger.post("/api/auth/_log", { level: "error" })).status).toBe(404);
    const messages = linesOf(app.output()).map(({ message }) => message);
    expect(messages).toContain("Refused");
    expect(messages).not.toContain("forged");
  });
});

/** The last one: the table is gone afterwards. */
test("without our table people may look, and are told that signing out ended nothing", async () => {
  await app.aws.dynamodb.send(new DeleteTableCommand({ TableName: tables.management }));
  const session = await newSession();
  const out = await signOut(app.url, session);
  expect(sessionCookie(out)).toMatch(/max-age=0|1970/i);
  expect(out.headers.get("x-session-ended")).toBe("false");
  expect(await statusOf(session)).toBe(200);
  expect((await new Caller(app.url, session).get("/api/auth/session")).body).toHaveProperty("user");
});
