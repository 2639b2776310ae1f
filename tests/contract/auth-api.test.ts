import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Caller } from "./console";
import { type Console, startConsole } from "./running-console";

const routesFolder = resolve(import.meta.dirname, "../../app/api");
const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Method = (typeof methods)[number];
type Route = { method: Method; path: string; file: string };

/** next-auth's own route, and the two health checks of CONTRACT §7. */
const open = ["/api/auth/", "/api/health"];

/** Every method of every route file; each parameter stands for something that does not exist. */
const routes: Route[] = readdirSync(routesFolder, { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|\/)route\.tsx?$/.test(file))
  .flatMap((file) => {
    const source = readFileSync(join(routesFolder, file), "utf8");
    const path = `/api/${file.replace(/\/?route\.tsx?$/, "")}`.replace(
      /\[[^\]]+\]/g,
      "nobody-here",
    );
    return methods
      .filter((method) => new RegExp(`export (const|async function) ${method}\\b`).test(source))
      .map((method) => ({ method, path: path.replace(/\/$/, ""), file }));
  });

const guarded = routes.filter(({ path }) => !open.some((prefix) => path.startsWith(prefix)));
const writing = guarded.filter(({ method }) => method !== "GET");

/** What viewers may not even read. */
const readingForAdmins = ["GET /api/tokens"];

/** What is read with POST is for admins too; a further route for viewers is listed here. */
const writingForViewers = ["POST /api/checks/diagnose"];

let app: Console;

beforeAll(async () => {
  app = await startConsole({ seed: "none" });
});

afterAll(() => app.stop());

const send = (caller: Caller, { method, path }: Route, headers: Record<string, string> = {}) =>
  caller.send(method, path, method === "GET" ? undefined : {}, headers);

const named = (list: Route[]) =>
  list.map((route) => [`${route.method} ${route.path}`, route] as const);

test("the route files on disk were found", () => {
  expect(guarded.length).toBeGreaterThanOrEqual(14);
  expect(named(guarded).map(([name]) => name)).toEqual(
    expect.arrayContaining([
      "GET /api/models",
      "PUT /api/providers/nobody-here/key",
      "POST /api/completions",
    ]),
  );
});

describe.each(named(guarded))("%s", (name, route) => {
  test("answers a stranger 401, with a cookie of nobody's as well", async () => {
    const expected = { status: 401, body: { code: "unauthenticated" } };
    expect(await send(app.stranger, route)).toMatchObject(expected);
    const tampered = new Caller(app.url, tamperedCookie(app.viewer.cookie ?? ""));
    expect(await send(tampered, route)).toMatchObject(expected);
    const invented = new Caller(app.url, "next-auth.session-token=eyJhbGciOiJub25lIn0.e30.");
    expect(await send(invented, route)).toMatchObject(expected);
  });

  if (route.method === "GET" && !readingForAdmins.includes(name)) {
    test("is open to viewers, whatever page the request comes from", async () => {
      const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
      for (const answer of [
        await send(app.viewer, route),
        await send(app.viewer, route, headers),
      ]) {
        expect([200, 404, 409, 422]).toContain(answer.status);
      }
    });
    return;
  }

  if (!writingForViewers.includes(name)) {
    test("refuses a viewer with 403", async () => {
      expect(await send(app.viewer, route)).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
    });
  }

  test("lets an admin pass to its own checks", async () => {
    const answer = await send(app.admin, route);
    // 204: what there is to delete is the caller's own, and there is nothing of it.
    expect([route.method === "GET" ? 200 : 204, 400, 404, 409, 422]).toContain(answer.status);
  });

  if (route.method === "GET") return;

  test("refuses an admin's request that comes from another site", async () => {
    const refused = { status: 403, body: { code: "forbidden" } };
    for (const origin of ["https://evil.example", "null", `${app.url}.evil.example`]) {
      expect(await send(app.admin, route, { origin })).toMatchObject(refused);
    }
    expect(await send(app.admin, route, { "sec-fetch-site": "cross-site" })).toMatchObject(refused);
  });

  test("takes an admin's request of the same origin, or one without any", async () => {
    const accepted: Record<string, string>[] = [
      { origin: app.url, "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of accepted) {
      expect((await send(app.admin, route, headers)).status).not.toBe(403);
    }
  });
});

test("there is something to write", () => expect(writing.length).toBeGreaterThanOrEqual(7));

test.each(["/api/health", "/api/health/ready"])("%s is open to everyone", async (path) => {
  expect((await app.stranger.get(path)).status).toBe(200);
});

test.each(["", "wrong", "LOCAL_ADMIN_TOKEN"])("the token %o signs nobody in", async (token) => {
  const csrf = await app.stranger.raw("GET", "/api/auth/csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }; // next-auth's own answer.
  const cookie = csrf.headers
    .getSetCookie()
    .map((entry) => entry.split(";")[0])
    .join("; ");
  const answer = await fetch(`${app.url}/api/auth/callback/local`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
    body: new URLSearchParams({ csrfToken, token, json: "true" }),
  });
  expect(answer.headers.getSetCookie().join(" ")).not.toContain("session-token");
});

test("signing in needs the CSRF token", async () => {
  const answer = await fetch(`${app.url}/api/auth/callback/local`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ csrfToken: "forged", token: app.adminToken, json: "true" }),
  });
  expect(answer.headers.getSetCookie().join(" ")).not.toContain("session-token");
});

test("the session cookie is HttpOnly and SameSite, and holds no token", async () => {
  const csrf = await app.stranger.raw("GET", "/api/auth/csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }; // next-auth's own answer.
  const cookie = csrf.headers
    .getSetCookie()
    .map((entry) => entry.split(";")[0])
    .join("; ");
  const answer = await fetch(`${app.url}/api/auth/callback/local`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie },
    body: new URLSearchParams({ csrfToken, token: app.adminToken, json: "true" }),
  });
  const session = answer.headers.getSetCookie().find((entry) => entry.includes("session-token"));
  expect(session).toMatch(/httponly/i);
  expect(session).toMatch(/samesite=(lax|strict)/i);
  expect(session).not.toContain(app.adminToken);
});

/** The same cookie with one character of its encrypted part changed. */
function tamperedCookie(cookie: string): string {
  const at = cookie.length - 40;
  const other = cookie[at] === "A" ? "B" : "A";
  return `${cookie.slice(0, at)}${other}${cookie.slice(at + 1)}`;
}

test("the session route renews the cookie for at most 30 minutes, and says whose it is", async () => {
  const answer = await app.admin.raw("GET", "/api/auth/session");
  const expected = { name: "admin", role: "admin", subject: "local:admin" };
  expect(await answer.json()).toMatchObject({ user: expected });
  const cookie = answer.headers.getSetCookie().find((entry) => entry.includes("session-token"));
  const expires = Date.parse(/expires=([^;]+)/i.exec(cookie ?? "")?.[1] ?? "");
  expect(expires).toBeGreaterThan(Date.now() + 28 * 60_000);
  expect(expires).toBeLessThanOrEqual(Date.now() + 30 * 60_000);
});

test("sign-ins and refused ones are in Activity, and nobody writes into the log", async () => {
  const { body } = await app.viewer.get("/api/activity?kind=sign_in");
  const { events } = body as { events: unknown[] }; // CONTRACT §7.
  const signIn = { action: "sign_in.accepted", outcome: "done", actor: "admin" };
  const refusal = { action: "sign_in.refused", outcome: "refused", actor: "unknown" };
  expect(events).toEqual(
    expect.arrayContaining([expect.objectContaining(signIn), expect.objectContaining(refusal)]),
  );
  expect((await app.stranger.post("/api/auth/_log", { level: "error" })).status).toBe(404);
});
