// Requirements of OWASP ASVS 5.0.0 about sessions, headers and logs, by number; the ends of sessions
// and who may what are in authorisation.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Caller, type Json } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;

beforeAll(async () => {
  app = await startConsole({ seed: "none", env: { LOG_LEVEL: "info" } });
});

afterAll(() => app.stop());

const linesOf = (output: string): Json[] =>
  // Every such line is one of lib/http/log.
  output.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));

/** A sign-in as a browser does it; `csrf` replaces the token that the form carries. */
async function signIn(token: string, csrf?: string): Promise<{ cookie: string; answer: Response }> {
  const begun = await app.stranger.raw("GET", "/api/auth/csrf");
  const { csrfToken } = (await begun.json()) as { csrfToken: string }; // next-auth's own answer.
  const cookie = begun.headers
    .getSetCookie()
    .map((entry) => entry.split(";")[0])
    .join("; ");
  const answer = await fetch(`${app.url}/api/auth/callback/local`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
    body: new URLSearchParams({ csrfToken: csrf ?? csrfToken, token, json: "true" }),
  });
  await answer.arrayBuffer();
  return { cookie: sessionCookie(answer), answer };
}

const sessionCookie = (answer: Response) =>
  answer.headers.getSetCookie().find((entry) => entry.includes("session-token")) ?? "";

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
    expect((await signIn(app.adminToken, "forged")).cookie).toBe("");
    const out = await app.admin.raw("POST", "/api/auth/signout", { csrfToken: "forged" });
    await out.arrayBuffer();
    expect(sessionCookie(out)).toBe("");
  });

  test.each(["", "wrong", "LOCAL_ADMIN_TOKEN"])("the token %o signs nobody in", async (token) => {
    expect((await signIn(token)).cookie).toBe("");
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
