// Requirements of OWASP ASVS 5.0.0 about what comes in, by number; sessions, headers and logs are in
// auth-api.test.ts, authorisation (3.5.1, 7.3.1, 7.3.2, 8.2.1, 8.3.1) in authorisation.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declaredAccess } from "../../scripts/check/declared-access";
import { root } from "../../scripts/launch/root";
import { type ReplayServer, startReplay } from "../support/replay-server";
import {
  addressFields,
  assignedByServer,
  completionsAbout,
  completionsWith,
  forgedAddresses,
  hostileModelIds,
  hostileTexts,
} from "./asvs-attacks";
import { mapInGroups } from "./authorisation-matrix";
import { agentPath, agentRow, modelPath, modelRow, tables } from "./console";
import { type Console, startConsole } from "./running-console";

const formula = "=cmd|' /C calc'!A0";

let app: Console;
/** Nobody may call it. */
let trap: ReplayServer;
/** The configured provider, for keys that are not the simulator's. */
let provider: ReplayServer;

beforeAll(async () => {
  trap = await startReplay({ body: ["{}"] });
  provider = await startReplay({
    status: 400,
    headers: { "content-type": "application/json" },
    body: ['{"error":{"message":"There is no such model","status":"INVALID_ARGUMENT"}}'],
  });
  const env = {
    GOOGLE_GEMINI_BASE_URL: provider.url,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: provider.url,
  };
  app = await startConsole({ env });
  await app.aws.put(tables.models, modelRow("openai", "asvs-model"));
  await app.aws.put(tables.agents, agentRow("asvs-agent", "openai", "asvs-model"));
  await app.aws.put(tables.agents, agentRow(formula, "openai", "asvs-model"));
});

afterAll(async () => {
  await app.stop();
  await trap.stop();
  await provider.stop();
});

describe("1.3.6, 13.2.4: the server calls nobody for a caller", () => {
  const params: Record<string, string> = { provider: "openai", modelId: "asvs-model" };
  const agent: Record<string, string> = { name: "asvs-agent", version: "v1.0" };
  /** What exists, so that a route gets as far as it would for anybody; of ids that are ours only openai. */
  const addressOf = (path: string) =>
    path.replace(/\[(\w+)\]/g, (_, name: string) =>
      path.startsWith("/api/providers/")
        ? "openai"
        : (params[name] ?? agent[name] ?? "nobody-here"),
    );

  test("by a field of a body or a query, whatever the route", async () => {
    const routes = declaredAccess(root).routes.filter(
      ({ access, method }) => access !== "open" && method !== "DELETE",
    );
    const fields = addressFields(trap.url);
    const query = new URLSearchParams(
      Object.entries(fields).flatMap(([name, value]) =>
        typeof value === "string" ? [[name, value]] : [],
      ),
    );
    const broken = await mapInGroups(routes, async ({ method, path }) => {
      const body = method === "GET" ? undefined : fields;
      const { status } = await app.admin.send(method, `${addressOf(path)}?${query}`, body);
      return status === 500 || status === 503 ? [`${method} ${path}: ${status}`] : [];
    });
    expect(broken.flat()).toEqual([]);
    expect(trap.requests).toEqual([]);
  });

  test("by a field further down in a completion, which is refused by name", async () => {
    for (const url of forgedAddresses(trap.url)) {
      for (const [body, path] of completionsWith(url)) {
        const request = { provider: "openai", model_id: "gpt-4o", stream: false, ...body };
        const answer = await app.admin.post("/api/completions", request);
        expect(answer.status, answer.text).toBe(422);
        expect(answer.body.errors).toContainEqual(expect.objectContaining({ path }));
      }
    }
    expect(trap.requests).toEqual([]);
  });

  test("for an address that a model is told of", async () => {
    await mapInGroups(completionsAbout(forgedAddresses(trap.url)), async (body) => {
      const request = { provider: "openai", model_id: "gpt-4o", stream: false, ...body };
      const answer = await app.admin.post("/api/completions", request);
      expect(answer.status, answer.text).toBe(200);
    });
    expect(trap.requests).toEqual([]);
  });

  test.each([
    ["google", /^\/v1beta\/models\/(?!.*\.\.)[^?]+:generateContent$/],
    ["bedrock", /^\/model\/[^/?]+\/converse$/],
  ])("1.2.2: by the id of a model that %s has in its address", async (id, shape) => {
    const key = id === "google" ? "AIza-asvs-0000" : "ABSK-asvs-0000";
    await app.admin.put(`/api/providers/${id}/key`, { api_key: key });
    const before = provider.requests.length;
    for (const model_id of hostileModelIds) {
      const request = { provider: id, model_id, prompt: "Hello", stream: false };
      const answer = await app.admin.post("/api/completions", request);
      expect([422, 502], answer.text).toContain(answer.status);
    }
    const paths = provider.requests.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => !shape.test(path))).toEqual([]);
    expect(trap.requests).toEqual([]);
  });
});

describe("1.2.4: ids and filters are values to the tables", () => {
  test.each(hostileTexts)("%j finds nothing, changes nothing and breaks nothing", async (text) => {
    const rows = async () =>
      (await Promise.all(Object.values(tables).slice(0, 2).map(app.aws.scan))).flat();
    const before = await rows();
    const id = encodeURIComponent(text);
    const single = [modelPath("openai", text), agentPath(text), `/api/operations/${id}`];
    const answers = await Promise.all([
      ...[...single, `${agentPath(text)}/trace`].map((path) => app.admin.get(path)),
      app.admin.patch(modelPath("openai", text), { display_name: "changed" }),
      app.admin.patch(agentPath(text), { llm_model: "gpt-4o" }),
      app.admin.delete(modelPath(text, text)),
    ]);
    for (const { status } of answers) expect([400, 404, 422]).toContain(status);
    const filters = [
      "activity?cursor",
      "activity?entity",
      "activity?actor",
      "models?q",
      "usage?from",
    ];
    for (const filter of filters) {
      const { status, body } = await app.admin.get(`/api/${filter}=${id}`);
      expect([200, 400, 422], filter).toContain(status);
      if (filter === "activity?actor" && status === 200) expect(body.events).toEqual([]);
    }
    expect(await rows()).toEqual(before);
  });

  test("1.2.10: an export begins no cell with a formula", async () => {
    const changed = await app.admin.patch(agentPath(formula), { system_prompt: "You help more." });
    expect(changed.status, changed.text).toBe(200);
    const { text } = await app.admin.get("/api/activity/export?format=csv");
    expect(text).toContain(`'${formula}`);
    expect(text).not.toMatch(/(^|,)"?[=+@\t]/m);
  });
});

describe("15.3.3: what the server sets cannot be given", () => {
  test.each(assignedByServer)("%s %s", async (method, path, body, names) => {
    for (const name of names) {
      const answer = await app.admin.send(method, path, { ...body, [name]: "forged" });
      expect(answer.status, `${name}: ${answer.text}`).toBe(422);
      expect(answer.body.errors).toContainEqual(expect.objectContaining({ path: name }));
    }
  });

  test("15.3.6: nor by way of a prototype", async () => {
    const polluted =
      '{"__proto__": {"role": "admin", "isActive": false}, "display_name": "Polluted"}';
    const path = modelPath("openai", "asvs-model");
    const answer = await app.admin.patch(path, polluted);
    expect([200, 422]).toContain(answer.status);
    expect(await app.aws.model("openai#asvs-model")).not.toHaveProperty("role");
    expect((await app.viewer.post("/api/models", {})).status).toBe(403);
  });
});
