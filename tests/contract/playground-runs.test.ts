import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PastRun, PastRunDraft, PastRunList } from "@/lib/playground/schema";
import { type Caller, tables } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

const path = "/api/playground/runs";
const runPath = (id: string) => `${path}/${encodeURIComponent(id)}`;
const pk = "openai#gpt-4o";

function draft(prompt: string, more: Partial<PastRunDraft["inputs"]> = {}): PastRunDraft {
  return {
    inputs: { models: [pk], prompt, stream: true, ...more },
    results: [
      {
        pk,
        state: "done",
        text: `Answer to ${prompt.slice(0, 20)}`,
        tool_calls: [{ id: "1", name: "get_weather", arguments: { city: "Berlin" } }],
        done: {
          usage: { input_tokens: 12, output_tokens: null, reasoning_tokens: 3 },
          cost_usd: 0.0012,
          price_above_input_tokens: 200_000,
          price_hours: { from: "01:00", to: "04:00", is_peak: true },
          first_token_ms: 200,
          latency_ms: 900,
          stop_reason: "end_turn",
          simulated: true,
        },
        failure: null,
      },
    ],
  };
}

// The routes answer these shapes.
const kept = async (caller: Caller, body: unknown) =>
  (await caller.post(path, body)).body as PastRun;
const listed = async (caller: Caller) => (await caller.get(path)).body as PastRunList;

test("a run is stored with inputs and answers, and only its owner can open it", async () => {
  const tools = [{ name: "get_weather", parameters: { type: "object" } }];
  const request = draft("What is kept?", {
    system: "Be brief.",
    temperature: 0.5,
    max_tokens: 100,
    tools,
    image: { name: "cat.png", type: "image/png" },
  });
  const created = await app.admin.post(path, request);
  expect(created.status).toBe(201);
  const run_id = String(created.body.run_id);

  const opened = await app.admin.get(runPath(run_id));
  expect(opened.body).toEqual({
    ...request,
    run_id,
    at: expect.stringMatching(/^\d{4}-/),
    shortened: false,
  });
  expect((await listed(app.admin)).runs[0]).toEqual({
    run_id,
    at: opened.body.at,
    models: [pk],
    prompt_start: "What is kept?",
    failed: 0,
  });
  expect(await listed(app.viewer)).toEqual({ runs: [], kept: true });
  expect((await app.viewer.get(runPath(run_id))).body).toMatchObject({
    status: 404,
    code: "not_found",
  });
  expect((await app.stranger.get(path)).status).toBe(401);
});

test("a viewer can't store or delete runs", async () => {
  expect((await app.viewer.post(path, draft("Mine"))).status).toBe(403);
  expect((await app.viewer.delete(path)).status).toBe(403);
  expect((await app.viewer.delete(runPath("x"))).status).toBe(403);
});

test.each([
  ["an image's data", { ...draft("a"), image: "iVBOR" }, "image"],
  [
    "a key in the inputs",
    { ...draft("a"), inputs: { ...draft("a").inputs, api_key: "sk-1" } },
    "inputs.api_key",
  ],
  ["no model", draft("a", { models: [] }), "inputs.models"],
  ["five models", draft("a", { models: [1, 2, 3, 4, 5].map((n) => `x#${n}`) }), "inputs.models"],
  ["no prompt", draft(""), "inputs.prompt"],
  ["a temperature of 3", draft("a", { temperature: 3 }), "inputs.temperature"],
])("a run with %s is 422 and names the field", async (_, body, field) => {
  const answer = await app.admin.post(path, body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toEqual([expect.objectContaining({ path: field })]);
});

test("long texts are truncated, and the run is marked", async () => {
  const long = draft("p".repeat(50_000), { system: "s".repeat(50_000) });
  const [result] = long.results;
  if (result) result.text = "a".repeat(50_000);
  const run = await kept(app.admin, long);
  expect(run).toMatchObject({ shortened: true });
  expect(run.inputs.prompt).toHaveLength(16_000);
  expect(run.inputs.system).toHaveLength(16_000);
  expect(run.results[0]?.text).toHaveLength(8_000);
  const [head] = (await listed(app.admin)).runs;
  expect(head?.prompt_start).toHaveLength(160);
});

test("a deleted run is not found", async () => {
  const { run_id } = await kept(app.admin, draft("To be deleted"));
  expect((await app.admin.delete(runPath(run_id))).status).toBe(204);
  expect((await app.admin.get(runPath(run_id))).status).toBe(404);
  expect((await app.admin.delete(runPath(run_id))).status).toBe(404);
  expect((await listed(app.admin)).runs.map((run) => run.run_id)).not.toContain(run_id);
});

test("the newest fifty stay, older ones are deleted, and all can be deleted", async () => {
  for (let index = 0; index < 53; index += 1) await kept(app.admin, draft(`Run ${index}`));
  const { runs } = await listed(app.admin);
  expect(runs).toHaveLength(50);
  expect(runs[0]?.prompt_start).toBe("Run 52");
  expect(runs.at(-1)?.prompt_start).toBe("Run 3");
  const rows = await app.aws.query(tables.management, "playground#local:admin");
  expect(rows).toHaveLength(100);

  expect((await app.admin.delete(path)).status).toBe(204);
  expect(await listed(app.admin)).toEqual({ runs: [], kept: true });
  expect(await app.aws.query(tables.management, "playground#local:admin")).toEqual([]);
});

// The last one: the table is gone for good.
test("without the table a run works, and storing it says how to create the table", async () => {
  await app.aws.dynamodb.send(new DeleteTableCommand({ TableName: tables.management }));
  const answered = await app.admin.post("/api/completions", {
    provider: "openai",
    model_id: "gpt-4o",
    prompt: "Hello",
    stream: false,
  });
  expect(answered.status).toBe(200);
  const refused = await app.admin.post(path, draft("Not kept"));
  expect(refused.status).toBe(409);
  expect(refused.body).toMatchObject({
    code: "setup_incomplete",
    detail: expect.stringContaining("create-table"),
  });
  expect(await listed(app.admin)).toEqual({ runs: [], kept: false });
  expect((await app.admin.delete(path)).status).toBe(204);
});
