import { afterAll, beforeAll, expect, test } from "vitest";
import { type Replay, startReplay } from "../support/replay-server";
import { type Console, startConsole } from "./running-console";

// Answers of a provider that are JSON, and not what its own documentation says.
let answer: unknown = {};
let provider: Awaited<ReturnType<typeof startReplay>>;
let app: Console;

const replay = (): Replay => ({
  headers: { "content-type": "application/json" },
  body: [typeof answer === "string" ? answer : JSON.stringify(answer)],
});

beforeAll(async () => {
  provider = await startReplay(replay);
  app = await startConsole({
    seed: "none",
    env: { OPENAI_BASE_URL: `${provider.url}/v1`, LOG_LEVEL: "info" },
  });
  await app.admin.put("/api/providers/openai/key", { api_key: "sk-odd-answers" });
});
afterAll(async () => {
  await app?.stop();
  await provider?.stop();
});

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const message = (members: object, more: object = {}) => ({
  id: "x",
  object: "chat.completion",
  choices: [
    { index: 0, finish_reason: "stop", message: { role: "assistant", content: "ok", ...members } },
  ],
  usage,
  ...more,
});
const call = (fields: object) => ({
  tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}", ...fields } }],
});
const nested = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;

test.each(
  Object.entries({
    "content: {}": message({ content: {} }),
    "content: 5": message({ content: 5 }),
    "content: [[]]": message({ content: [[]] }),
    "content: [null]": message({ content: [null] }),
    "content: [{text: {}}]": message({ content: [{ text: {} }] }),
    "no message": { choices: [{}], usage },
    "no choices": { usage },
    "choices: {}": { choices: {}, usage },
    null: "null",
    "a list": "[]",
    "a text": '"ok"',
    "a name that is no text": message(call({ name: {} })),
    "arguments that are no text": message(call({ arguments: { a: 1 } })),
    "arguments 30,000 deep": message(call({ arguments: nested })),
    "tool_calls: {}": message({ tool_calls: {} }),
    "tool_calls: [null]": message({ tool_calls: [null] }),
    "usage of texts": message({}, { usage: { prompt_tokens: "a", completion_tokens: {} } }),
    "usage: []": message({}, { usage: [] }),
    nesting: nested,
  }),
)("a completion of %s is no fault of the console", async (_, received) => {
  answer = received;
  const request = { provider: "openai", model_id: "gpt-4o", prompt: "Hello", stream: false };
  const { status, body, text } = await app.admin.post("/api/completions", request);
  expect([200, 502], text.slice(0, 300)).toContain(status);
  expect(text).not.toContain("[object Object]");
  if (status === 502) expect(body.code).toBe("provider_error");
});

test.each(
  Object.entries({
    "an id that is a number": { data: [{ id: 5 }] },
    "no ids": { data: [{}, null] },
    "no list": {},
    "data: {}": { data: {} },
    "data: 5": { data: 5 },
    null: "null",
    nesting: nested,
  }),
)("a list of %s is no fault of the console", async (_, body) => {
  answer = body;
  const path = "/api/providers/openai/available-models?refresh=true";
  const { status, text } = await app.admin.get(path);
  expect([200, 502], text.slice(0, 300)).toContain(status);
});

test("an entry without a usable id is left out of a list", async () => {
  answer = { object: "list", data: [{ id: 5 }, { id: "gpt-4o", created: "yesterday" }] };
  const { body, text } = await app.admin.get("/api/providers/openai/available-models?refresh=true");
  expect(body.models, text).toEqual([expect.objectContaining({ model_id: "gpt-4o" })]);
});
