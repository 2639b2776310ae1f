// Requests that no client of ours sends, over the wire to a build: every refusal is ours.
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Caller, type Json } from "./console";
import { type ConsoleProcess, startConsoleProcess } from "./console-process";

let app: ConsoleProcess;
/** Takes a minute, so it is sent first and looked at last. */
let endless: ReturnType<typeof sendText>;

beforeAll(async () => {
  app = await startConsoleProcess({ seed: "none", env: { LOG_LEVEL: "info" } });
  endless = sendText(`GET /models HTTP/1.1\r\nhost: x\r\nx: ${canary}\r\n`);
});
afterAll(() => app?.stop());

const canary = "canary-5d1";

/** Over a socket, because `fetch` refuses to send most of these. */
function send(method: string, path: string, lines: string[] = [], body = "") {
  const { host } = new URL(app.url);
  const head = [`${method} ${path} HTTP/1.1`, `host: ${host}`, "connection: close", ...lines];
  if (body) head.push(`content-length: ${Buffer.byteLength(body)}`);
  return sendText(`${head.join("\r\n")}\r\n\r\n${body}`);
}

async function sendText(request: string) {
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(app.url).port) });
  socket.on("error", () => undefined); // What is left of a refused request may be reset.
  socket.write(request);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => socket.once("close", resolve));
  const [top = "", ...rest] = text.split("\r\n\r\n");
  const header = (name: string) => new RegExp(`^${name}: (.*?)\\r?$`, "im").exec(top)?.[1] ?? null;
  return { status: Number(top.split(" ")[1]), header, body: rest.join("\r\n\r\n") };
}

const problemIn = (body: string): Json => {
  const json = /\{.*\}/s.exec(body)?.[0];
  // A problem document, possibly within the sizes of its chunks.
  return json ? JSON.parse(json) : {};
};

test.each([
  ["TRACE", "/api/models", 405],
  ["TRACE", "/models", 405],
  ["PROPFIND", "/api/models", 405],
  ["LOCK", "/models", 405],
  ["OPTIONS", "*", 400],
  ["DELETE", "/api/models", 405],
  ["PATCH", "/api/health", 405],
  ["POST", "/models", 405],
  ["PUT", "/sign-in", 405],
  ["GET", "http://evil.example/models", 400],
  ["GET", "/api", 404],
  ["GET", "/api/models/xai/%", 400],
  ["GET", "/api/models/xai/%ff", 400],
  ["GET", "/api/activity/export?entity=canary-1", 401],
  ["GET", "/api/nowhere/canary", 401],
  ["POST", "/api/auth/_log", 404],
  ["POST", "/api/auth/callback/nobody", 404],
  ["GET", "/api/auth/callback/local", 404],
  ["GET", "/api/auth/callback", 404],
  ["GET", "/api/auth/csrf/x/y", 404],
  ["GET", "/api/auth/__proto__", 404],
  ["POST", "/api/auth/csrf", 404],
  ["POST", "/api/auth/session", 400],
])(
  "%s %s is refused with a problem (%i), its id and a line in the log",
  async (method, path, status) => {
    const answer = await send(method, path);
    const id = answer.header("x-request-id");
    expect(answer.status).toBe(status);
    expect(answer.header("content-type")).toBe("application/problem+json");
    expect(answer.header("content-security-policy")).toContain("default-src 'none'");
    expect(answer.header("x-content-type-options")).toBe("nosniff");
    expect(problemIn(answer.body)).toMatchObject({ status, request_id: id });
    expect(answer.body).not.toContain("canary");
    await expect.poll(() => app.output()).toContain(id ?? "none");
  },
);

test("signed in, too", async () => {
  const cookie = [`cookie: ${app.admin.cookie}`];
  for (const [path, status] of [
    ["/api/activity/export?entity=canary-1", 422],
    ["/api/activity/export?format=csv&entity=canary-1", 422],
    ["/api/nowhere/canary", 404],
  ] as const) {
    const answer = await send("GET", path, cookie);
    expect([path, answer.status]).toEqual([path, status]);
    expect(problemIn(answer.body).request_id).toBe(answer.header("x-request-id"));
    expect(answer.body).not.toContain("canary");
  }
  expect((await send("GET", "/agents/%/v1.0", cookie)).status).toBeLessThan(500);
  expect((await send("GET", "/agents/%ff/v1.0", cookie)).status).toBeLessThan(500);
  expect(app.output()).not.toContain("canary-1");
});

test.each([
  "/nowhere",
  "/%",
  "/_next/nothing",
  "/_next/data/x.json",
  "/readme/x.png",
  "/icon.svg/x",
])("%s is a page that carries a policy", async (path) => {
  const answer = await send("GET", path);
  expect(answer.status).toBe(404);
  expect(answer.header("content-security-policy")).toMatch(/default-src/);
  expect(answer.header("x-content-type-options")).toBe("nosniff");
});

describe("redirects lead nowhere else", () => {
  const addresses = [
    "/..//evil.example",
    "/models/../..//evil.example",
    "/%2e%2e//evil.example",
    "//evil.example",
    "/\\evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "https://evil.example",
    "https://localhost@evil.example",
    "-1",
    "javascript:alert(1)",
  ];

  test.each(addresses)("%s", async (address) => {
    const request = encodeURIComponent(address);
    const page = await (await fetch(`${app.url}/sign-in?callbackUrl=${request}`)).text();
    // What the page's own scripts are given.
    expect(page).toMatch(/next\\?":\\?"\/models\\?"/);
    for (const path of [
      `/api/auth/signin?callbackUrl=${request}`,
      `/api/auth/signout?callbackUrl=${request}`,
    ]) {
      const answer = await fetch(`${app.url}${path}`, { redirect: "manual" });
      expect(answer.status).toBe(302);
      const location = new URL(answer.headers.get("location") ?? "", app.url);
      expect(location.origin).toBe(app.url);
      expect(location.searchParams.get("callbackUrl") ?? `${app.url}/models`).toBe(
        `${app.url}/models`,
      );
    }
    const csrf = await fetch(`${app.url}/api/auth/csrf`, {
      headers: { cookie: `next-auth.callback-url=${request}` },
    });
    expect(csrf.status).toBe(200);
  });

  test.each(["constructor", "toString", "__proto__"])(
    "a sign-in step with the query %s is answered",
    async (name) => {
      const answer = await fetch(`${app.url}/api/auth/csrf?${name}=1`);
      expect(answer.status).toBe(200);
    },
  );

  test.each(["//evil.example/x", "/\\evil.example", "/..//evil.example/", "/models/"])(
    "%s as an address here",
    async (path) => {
      const answer = await send("GET", path);
      const location = answer.header("location");
      if (location) expect(new URL(location, app.url).origin).toBe(app.url);
    },
  );
});

describe("sign-in takes what forms send, and refuses the rest", () => {
  const odd: [string, string, number][] = [
    ["application/json", "{", 400],
    ["application/json", "null", 422],
    ["application/json", "[]", 422],
    ["application/json", '{"callbackUrl":{}}', 422],
    ["application/json", '{"csrfToken":{},"token":5}', 422],
    ["application/x-www-form-urlencoded", "a=%ff%fe", 302],
    ["text/plain", "x", 302],
  ];

  test.each(odd)("%s %s", async (type, body, status) => {
    for (const step of ["callback/local", "signout"]) {
      const answer = await send("POST", `/api/auth/${step}`, [`content-type: ${type}`], body);
      expect(answer.status).toBe(status);
      if (status === 302) expect(answer.header("location")).toContain("csrf=true");
      else expect(problemIn(answer.body).request_id).toBe(answer.header("x-request-id"));
    }
  });

  test.each(["%0d%0ax:y", "%E2%82%AC", "undefined1", ""])(
    "the error %s leads to the sign-in page",
    async (error) => {
      const answer = await send("GET", `/api/auth/error?error=${error}`);
      expect([answer.status, answer.header("location")]).toEqual([302, "/sign-in?error=Default"]);
    },
  );
});

describe("bodies", () => {
  const large = 9_000_000;

  test.each([
    ["POST", "/models", 405],
    ["POST", "/sign-in", 405],
    ["GET", "/models", 400],
    ["GET", "/api/models", 400],
    ["POST", "/api/operations/x/undo", 413],
    ["POST", "/api/budgets/evaluate", 413],
    ["DELETE", "/api/providers/openai/key", 413],
    ["POST", "/api/models", 413],
    ["POST", "/api/auth/callback/local", 413],
    ["POST", "/api/models/import", 401],
  ])("%s %s of nobody refuses 9 MB before they have come", async (method, path, status) => {
    const { port, host } = new URL(app.url);
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: ${large}\r\n\r\n`);
    socket.write("x".repeat(1_000));
    const [chunk] = (await once(socket, "data")) as [Buffer]; // Node's event.
    socket.destroy();
    expect(chunk.toString().split(" ")[1]).toBe(`${status}`);
  });

  test("an endpoint without a body takes an empty object and nothing else", async () => {
    const path = "/api/operations/nobody/undo";
    expect((await app.admin.post(path, {})).status).toBe(404);
    expect((await app.admin.send("POST", path)).status).toBe(404);
    expect(await app.admin.post(path, { a: 1 })).toMatchObject({
      status: 400,
      body: { code: "malformed" },
    });
  });

  test("an import of 5 MB arrives whole", async () => {
    const rows = Array.from({ length: 9_000 }, (_, at) => ({
      provider: "openai",
      model_id: `${"m".repeat(150)}${at}`,
      display_name: "x".repeat(200),
      purpose: "y".repeat(200),
    }));
    const text = JSON.stringify(rows);
    expect(text.length).toBeGreaterThan(5_000_000);
    const answer = await new Caller(app.url, app.admin.cookie).send(
      "POST",
      "/api/models/import?dry_run=true&mode=partial",
      text,
    );
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    const { created, rejected } = answer.body as Record<string, unknown[]>; // As the route answers.
    expect([created?.length, rejected?.length]).toEqual([9_000, 0]);
  });
});

test("signing out clears the browser's cache, and nothing with prompts is kept by it", async () => {
  const { sendForm, sessionCookie } = await import("./session-forms");
  const session = sessionCookie(
    await sendForm(app.url, "callback/local", { token: app.adminToken }),
  );
  const own = session.split(";")[0] ?? "";
  for (const path of [
    "/api/agents",
    "/api/activity",
    "/api/playground/runs",
    "/agents",
    "/playground",
  ]) {
    const { headers } = await new Caller(app.url, own).get(path);
    expect(headers.get("cache-control"), path).toContain("no-store");
  }
  const out = await sendForm(app.url, "signout", {}, { session: own });
  expect(out.headers.get("clear-site-data")).toBe('"cache"');
});

describe("what isn't HTTP is refused with a problem, its id and a line in the log:", () => {
  const headers = "GET /api/models HTTP/1.1\r\nhost: x\r\n";

  test.each([
    ["another protocol", `\x16\x03\x01\x02${canary}`, 400],
    ["no method of HTTP", `${canary} /api/models\r\n\r\n`, 400],
    ["no host", "GET /api/models HTTP/1.1\r\nconnection: close\r\n\r\n", 400],
    ["a carriage return in a header", `${headers}x: ${canary}\rx\r\n\r\n`, 400],
    ["a null byte in a header", `${headers}x: ${canary}\0\r\n\r\n`, 400],
    ["two lengths", `${headers}content-length: 1\r\ncontent-length: 2\r\n\r\n`, 400],
    [
      "a length and chunks",
      `${headers}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
      400,
    ],
    ["a tunnel", `CONNECT ${canary}.example:443 HTTP/1.1\r\nhost: x\r\n\r\n`, 405],
    ["20 kB of headers", `${headers}cookie: ${canary.repeat(2_000)}\r\n\r\n`, 431],
    ["an address of 20 kB", `GET /${canary.repeat(2_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
    ["headers that never end", null, 408],
  ])("%s", async (_what, request, status) => {
    const answer = await (request === null ? endless : sendText(request));
    const id = answer.header("x-request-id");
    expect(answer.status).toBe(status);
    expect(answer.header("content-type")).toBe("application/problem+json");
    expect(answer.header("x-content-type-options")).toBe("nosniff");
    expect(problemIn(answer.body)).toMatchObject({ status, request_id: id });
    expect(answer.body).not.toContain(canary);
    await expect.poll(() => app.output()).toContain(id ?? "none");
    expect(app.output()).not.toContain(canary);
  });
});
