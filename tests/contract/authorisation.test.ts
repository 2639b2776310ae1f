import { randomBytes } from "node:crypto";
import { encode } from "next-auth/jwt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { splitAddress } from "@/lib/addresses";
import { endpointNames, rowOf } from "@/lib/api/endpoints";
import { declaredAccess } from "../../scripts/check/declared-access";
import { root } from "../../scripts/launch/root";
import { copyImageFiles, removeProxy } from "../support/image";
import { signInWithToken } from "../support/sign-in";
import {
  addressOf,
  type Headers,
  mapInGroups,
  stateOf,
  verdictOf,
  verdictOn,
  type Who,
} from "./authorisation-matrix";
import { agentRow, type Caller, modelRow, tables } from "./console";
import { type ConsoleProcess, startConsoleProcess } from "./console-process";
import { signOut } from "./session-forms";

const secret = randomBytes(32).toString("hex");
/** In a model, an agent and an API token: what only signed-in people may see. */
const canary = "canary-7e1f";
const evil = "https://evil.example";

const { pages } = declaredAccess(root);
const guarded = endpointNames.flatMap((name) => {
  const [method, path] = splitAddress(name);
  const access = rowOf(name).role;
  return access === "open" ? [] : [{ method: `${method}`, path, access }];
});
const guardedPages = pages.filter(({ access }) => access !== "open");

let app: ConsoleProcess;
let image: ReturnType<typeof copyImageFiles>;
let withoutProxy: Awaited<ReturnType<typeof image.start>>;
const tokens = { viewer: "", admin: "", revoked: "", expired: "" };
const sessions = {
  idle: "",
  old: "",
  foreign: "",
  address: "",
  environment: "",
  tampered: "",
  ended: "",
};

/** The cookie of an admin, made as next-auth makes it. @param idle seconds since it was renewed */
async function sessionOf(key: string, idle: number, age: number, other = {}): Promise<string> {
  const signed_in_at = Math.floor(Date.now() / 1000) - age;
  const person = { sub: "local:admin", name: "admin", role: "admin", signed_in_at } as const;
  const token = {
    ...person,
    session_id: "matrix",
    address: app.url,
    environment: "prod",
    ...other,
  };
  const cookie = await encode({ token, secret: key, maxAge: 30 * 60 - idle });
  return `next-auth.session-token=${cookie}`;
}

/** Signed out of at `app`: the other build must know. */
async function endedSession(): Promise<string> {
  const session = await signInWithToken(app.url, app.adminToken);
  await signOut(app.url, session);
  return session;
}

async function makeToken(name: keyof typeof tokens): Promise<string> {
  const role = name === "viewer" ? "viewer" : "admin";
  const draft = { name: `${canary}-${name}`, role, expires_in_days: 1 };
  const { body } = await app.admin.post("/api/tokens", draft);
  tokens[name] = String(body.token);
  return String(body.id);
}

beforeAll(async () => {
  app = await startConsoleProcess({
    seed: "none",
    env: { NEXTAUTH_SECRET: secret, ALLOW_RUNS: "true" },
  });
  const ids = await Promise.all(
    (["viewer", "admin", "revoked", "expired"] as const).map(makeToken),
  );
  const [, , revoked = "", expired = ""] = ids;
  await app.admin.delete(`/api/tokens/${revoked}`);
  const past = { S: "2026-01-01T00:00:00.000Z" };
  await app.aws.set(
    tables.management,
    { pk: { S: "tokens" }, sk: { S: expired } },
    "expires_at",
    past,
  );
  await app.aws.put(tables.models, modelRow("openai", `${canary}-model`));
  await app.aws.put(tables.agents, agentRow(`${canary}-agent`, "openai", `${canary}-model`));
  sessions.idle = await sessionOf(secret, 31 * 60, 31 * 60);
  sessions.old = await sessionOf(secret, 0, 8 * 3600 + 1);
  sessions.foreign = await sessionOf(randomBytes(32).toString("hex"), 0, 0);
  sessions.address = await sessionOf(secret, 0, 0, { address: "http://localhost:1" });
  sessions.environment = await sessionOf(secret, 0, 0, { environment: "dev" });
  const good = await sessionOf(secret, 0, 0);
  const at = good.length - 40;
  sessions.tampered = `${good.slice(0, at)}${good[at] === "A" ? "B" : "A"}${good.slice(at + 1)}`;
  sessions.ended = await endedSession();
  image = copyImageFiles(removeProxy);
  withoutProxy = await image.start({
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: app.awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    NEXTAUTH_URL: app.url,
    NEXTAUTH_SECRET: secret,
    ALLOW_RUNS: "true",
    LOG_LEVEL: "error",
  });
});

afterAll(async () => {
  withoutProxy?.kill("SIGKILL");
  await withoutProxy?.exit;
  image?.remove();
  await app.stop();
});

const cookie = (value: () => string | null) => () => ({ cookie: value() ?? "" });
const bearer = (value: () => string) => () => ({ authorization: `Bearer ${value()}` });
const asAdmin = (more: Headers) => () => ({ cookie: app.admin.cookie ?? "", ...more });

const people: Record<string, Who> = {
  nobody: { headers: () => ({}), role: null },
  "a viewer": { headers: cookie(() => app.viewer.cookie), role: "viewer" },
  "an admin": { headers: cookie(() => app.admin.cookie), role: "admin" },
  "an admin on a page of ours": { headers: () => asAdmin({ origin: app.url })(), role: "admin" },
  "a session left idle": { headers: cookie(() => sessions.idle), role: null },
  "a session of more than 8 hours": { headers: cookie(() => sessions.old), role: null },
  "a session of another secret": { headers: cookie(() => sessions.foreign), role: null },
  "a session of another address": { headers: cookie(() => sessions.address), role: null },
  "a session of another environment": { headers: cookie(() => sessions.environment), role: null },
  "a session that was changed": { headers: cookie(() => sessions.tampered), role: null },
  "a session that was signed out": { headers: cookie(() => sessions.ended), role: null },
  "an admin on a foreign page": {
    headers: asAdmin({ origin: evil }),
    role: "admin",
    foreign: true,
  },
  "an admin in a frame without an origin": {
    headers: asAdmin({ origin: "null" }),
    role: "admin",
    foreign: true,
  },
  "an admin on a page that begins like ours": {
    headers: () => asAdmin({ origin: `${app.url}.evil.example` })(),
    role: "admin",
    foreign: true,
  },
  "an admin whose browser says cross-site": {
    headers: asAdmin({ "sec-fetch-site": "cross-site" }),
    role: "admin",
    foreign: true,
  },
  "a viewer's token": { headers: bearer(() => tokens.viewer), role: "viewer" },
  "an admin's token": { headers: bearer(() => tokens.admin), role: "admin" },
  "an admin's token on a foreign page": {
    headers: () => ({ ...bearer(() => tokens.admin)(), origin: evil }),
    role: "admin",
    foreign: true,
  },
  "a revoked token": { headers: bearer(() => tokens.revoked), role: null },
  "an expired token": { headers: bearer(() => tokens.expired), role: null },
  "an unknown token beside a good cookie": {
    headers: asAdmin({ authorization: `Bearer swb_0123456789abcdef_${"A".repeat(43)}` }),
    role: null,
  },
};

const entries = Object.entries(people);
/** The proxy sees no routes and sends strangers away: with it a few are enough. */
const some = [
  "nobody",
  "a viewer",
  "a session left idle",
  "a session that was signed out",
  "an admin on a foreign page",
];
const inShort = entries.filter(([name]) => some.includes(name));
const builds = [
  ["the build", () => app.url, inShort],
  ["the build without its proxy", () => withoutProxy.url, entries],
] as const;

test("there is something to ask for", () => {
  expect(guarded.length).toBeGreaterThan(50);
  expect(guardedPages.length).toBeGreaterThan(7);
});

describe.each(builds)("%s", (_, url, shown) => {
  const ask = (path: string, init: RequestInit) =>
    fetch(new URL(addressOf(path), url()), { redirect: "manual", ...init });

  /** Next first wants the headers of a navigation repeated in the address. */
  async function navigate(path: string, headers: Headers): Promise<Response> {
    const answer = await ask(path, { headers });
    const again = answer.headers.get("location") ?? "";
    return again.includes("_rsc") ? ask(again, { headers }) : answer;
  }

  /** HEAD goes wherever GET goes. */
  const requests = guarded.flatMap((route) =>
    route.method === "GET" ? [route, { ...route, method: "HEAD" }] : [route],
  );

  test.each(shown)("lets %s into the routes of their role", async (_name, who) => {
    const wrong = await mapInGroups(requests, async ({ method, path, access }) => {
      const body = method === "GET" || method === "HEAD" ? null : "{}";
      const headers = { "content-type": "application/json", ...who.headers() };
      const answer = await ask(path, { method, headers, body });
      await answer.arrayBuffer();
      const [expected, verdict] = [verdictOn(who, method, access), verdictOf(answer.status)];
      return expected === verdict ? [] : [`${method} ${path}: ${verdict}, not ${expected}`];
    });
    expect(wrong.flat()).toEqual([]);
  });

  test.each(shown)("shows %s the pages of their role", async (_name, who) => {
    // A token opens no page, and shuts none.
    const { cookie: brought = "" } = who.headers();
    const isSignedIn = brought !== "" && (who.role !== null || brought === app.admin.cookie);
    const wrong = await mapInGroups(
      guardedPages.flatMap((page): { path: string; how: Headers }[] => [
        { path: page.path, how: { accept: "text/html" } },
        { path: page.path, how: { rsc: "1", "next-router-state-tree": stateOf(page) } },
      ]),
      async ({ path, how }) => {
        const answer = await navigate(path, { ...how, ...who.headers() });
        const text = await answer.text();
        if (isSignedIn) return answer.status === 200 ? [] : [`${path}: ${answer.status}`];
        const leads = `${answer.headers.get("location") ?? ""} ${text}`.includes("/sign-in");
        const hasData = text.includes(canary);
        return leads && !hasData ? [] : [`${path}: ${answer.status}${hasData ? " with data" : ""}`];
      },
    );
    expect(wrong.flat()).toEqual([]);
  });

  test("shows the names of API tokens to admins only", async () => {
    const read = async (person: Caller) =>
      (await ask("/tokens", { headers: { cookie: person.cookie ?? "" } })).text();
    expect(await read(app.admin)).toContain(`${canary}-expired`);
    expect(await read(app.viewer)).not.toContain(canary);
  });

  test("shows viewers what strangers must not see, in a page without its layout too", async () => {
    const headers = { cookie: app.viewer.cookie ?? "" };
    for (const page of guardedPages.filter(({ path }) => ["/models", "/agents"].includes(path))) {
      const whole = await navigate(page.path, { ...headers, rsc: "1" });
      expect(await whole.text()).toContain('"renewal"');
      const state = { rsc: "1", "next-router-state-tree": stateOf(page) };
      const alone = await (await navigate(page.path, { ...headers, ...state })).text();
      expect(alone).toContain(canary);
      expect(alone).not.toContain('"renewal"');
    }
  });

  test("is open where it says so", async () => {
    for (const path of ["/api/health", "/api/health/ready", "/sign-in"]) {
      expect((await ask(path, {})).status).toBe(200);
    }
    expect((await ask("/", {})).status).toBe(307);
  });
});

test("without its proxy a page has none of the proxy's headers", async () => {
  const policyOf = async (url: string) =>
    (await fetch(`${url}/sign-in`)).headers.get("content-security-policy");
  expect(await policyOf(app.url)).toContain("'nonce-");
  expect(await policyOf(withoutProxy.url)).toBeNull();
});
