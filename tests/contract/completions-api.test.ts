import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CompletionConsole, startCompletionConsole } from "./completion-console";
import { type Item, type Json, modelPath, modelRow, tables, unique } from "./console";

let app: CompletionConsole;

beforeAll(async () => {
  app = await startCompletionConsole();
});

afterEach(() => app.reset());

afterAll(() => app.stop());

async function putModel(more: Item = {}) {
  const model_id = unique("m");
  await app.aws.put(tables.models, modelRow("openai", model_id, more));
  return model_id;
}

const N = (value: string): AttributeValue => ({ N: value });

function parts(part: Json, role = "user"): Json {
  return { messages: [{ role, content: [part] }] };
}

describe("requests", () => {
  const tools = [{ name: "get_weather" }];
  const base = { provider: "openai", model_id: "gpt-4o-mini" };

  test.each([
    ["neither prompt nor messages", {}, "prompt"],
    ["both of them", { prompt: "a", messages: [{ role: "user", content: "b" }] }, "prompt"],
    ["an empty prompt", { prompt: "" }, "prompt"],
    [
      "a role that there is not",
      { messages: [{ role: "system", content: "a" }] },
      "messages.0.role",
    ],
    ["a temperature of 3", { prompt: "a", temperature: 3 }, "temperature"],
    ["no tokens", { prompt: "a", max_tokens: 0 }, "max_tokens"],
    ["a base URL", { prompt: "a", base_url: "http://evil.example" }, "base_url"],
    ["a key", { prompt: "a", api_key: "sk-x" }, "api_key"],
    ["a provider that nobody knows", { prompt: "a", provider: "acme" }, "provider"],
    ["a choice of tools without tools", { prompt: "a", tool_choice: "auto" }, "tool_choice"],
    ["a choice that there is not", { prompt: "a", tool_choice: "none", tools }, "tool_choice"],
    ["a part that there is not", parts({ type: "video" }), "messages.0.content.0.type"],
    [
      "an image of another kind",
      parts({ type: "image", media_type: "image/bmp", data: "AAAA" }),
      "messages.0.content.0.media_type",
    ],
    [
      "an image with a data: prefix",
      parts({ type: "image", media_type: "image/png", data: "data:image/png;base64,AAAA" }),
      "messages.0.content.0.data",
    ],
    [
      "an image of more than 5 MB",
      parts({ type: "image", media_type: "image/png", data: "A".repeat(7_000_000) }),
      "messages.0.content.0.data",
    ],
    [
      "a tool's result by the assistant",
      parts({ type: "tool_result", tool_call_id: "t", content: "" }, "assistant"),
      "messages.0.content.0.type",
    ],
    [
      "messages that are no text",
      { messages: [{ role: "user", content: 5 }] },
      "messages.0.content",
    ],
  ])("with %s are 422 and name the field", async (_, more, path) => {
    const answer = await app.admin.post("/api/completions", { ...base, ...more });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path })]);
  });

  test("with two images of 5 MB are accepted, larger ones are refused", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    const image = { type: "image", media_type: "image/png", data: "A".repeat(6_990_000) };
    const ask = (count: number) =>
      app.whole({ ...base, messages: [{ role: "user", content: Array(count).fill(image) }] });
    expect((await ask(2)).status).toBe(200);
    expect(app.upstream.calls.at(-1)?.body.length).toBeGreaterThan(2 * 6_990_000);
    expect(await ask(3)).toMatchObject({ status: 413, body: { code: "too_large" } });
  });

  test("include the raw exchange on request, streamed or not, failed or not", async () => {
    const request = { ...base, prompt: "Hi", raw: true };
    const { body } = await app.whole(request);
    const raw = {
      request: { method: "POST", headers: { authorization: "[removed]" } },
      response: { status: 200 },
    };
    expect(body).toMatchObject({ raw });
    expect((await app.stream(request)).at(-1)).toMatchObject({ event: "done", data: { raw } });
    const failing = { ...request, prompt: "[[fail:rate_limited]]" };
    const refused = { raw: { response: { status: 429 } }, simulated: true };
    expect((await app.stream(failing)).at(-1)).toMatchObject({ event: "error", data: refused });
    expect((await app.whole(failing)).body).toMatchObject(refused);
    expect((await app.whole({ ...base, prompt: "Hi" })).body).not.toHaveProperty("raw");
  });

  test("get their own answers, fifty at a time", async () => {
    const ask = async (index: number) => {
      const model_id = index % 2 ? "gpt-4o-mini" : "gpt-4o";
      const prompt = `Say the word number${index}word.`;
      const { body } = await app.whole({ ...base, model_id, prompt });
      expect(body).toMatchObject({ model_id, text: expect.stringContaining(`number${index}word`) });
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => ask(index)));
  });

  test("may be a conversation with a system prompt", async () => {
    const messages = [
      { role: "user", content: "My name is Ada." },
      { role: "assistant", content: "Hello Ada." },
      { role: "user", content: "What is my name?" },
    ];
    const { body } = await app.whole({ ...base, messages, system: "Be very brief." });
    expect(body.text).toContain("What is my name?");
    expect(body.text).toContain("system prompt has 3 words");
  });

  test("may name a provider by its family", async () => {
    const { body } = await app.whole({ provider: "gpt", model_id: "gpt-4o-mini", prompt: "Hi" });
    expect(body).toMatchObject({ text: expect.any(String), cost_usd: expect.any(Number) });
  });

  test("stop at max_tokens and say so", async () => {
    const { body } = await app.whole({ ...base, prompt: "Tell me a long story", max_tokens: 5 });
    expect(body).toMatchObject({ stop_reason: "max_tokens" });
  });

  test("of viewers are refused", async () => {
    const answer = await app.viewer.post("/api/completions", { ...base, prompt: "Hi" });
    expect(answer.status).toBe(403);
  });

  test("for a model that is not registered work, without a cost", async () => {
    const events = await app.stream({ provider: "openai", model_id: unique("free"), prompt: "Hi" });
    expect(events.at(-1)).toMatchObject({ event: "done", data: { cost_usd: null } });
  });

  test("for a model that is inactive, or whose row is defective, work", async () => {
    const rows: Item[] = [{ is_active: { S: "false" } }, { max_tokens: { S: "many" } }];
    for (const more of rows) {
      const model_id = await putModel(more);
      expect((await app.whole({ provider: "openai", model_id, prompt: "Hi" })).status).toBe(200);
    }
  });

  test("reach the provider also with a key marked as rejected or expired", async () => {
    const expires_at = "2026-01-01T00:00:00Z";
    await app.admin.put("/api/providers/openai/key", { api_key: "sandbox-old-one", expires_at });
    expect(await app.keyStatus("openai")).toBe("expired");
    expect((await app.whole({ ...base, prompt: "Hi" })).status).toBe(200);
  });
});

describe("what is recorded", () => {
  test("the last test of the model, in its record and in the list", async () => {
    const model_id = await putModel();
    await app.stream({ provider: "openai", model_id, prompt: "Hi" });
    const { body } = await app.viewer.get(modelPath("openai", model_id));
    expect(body.last_test).toMatchObject({
      outcome: "ok",
      by: "admin",
      simulated: true,
      latency_ms: expect.any(Number),
      first_token_ms: expect.any(Number),
    });
    await app.stream({ provider: "openai", model_id, prompt: "[[fail:overloaded]]" });
    const list = await app.viewer.get("/api/models");
    const found = (list.body.models as Json[]).find((model) => model.model_id === model_id);
    expect(found?.last_test).toMatchObject({ outcome: "overloaded", latency_ms: null });
  });

  test("a key that worked is verified, and a new one is only stored", async () => {
    await app.stream({ provider: "xai", model_id: "grok-4.5", prompt: "Hi" });
    expect(await app.keyStatus("xai")).toBe("verified");
    await app.admin.put("/api/providers/xai/key", { api_key: "sandbox-another-key" });
    expect(await app.keyStatus("xai")).toBe("stored");
  });

  test("a long call costs the long-context price, and says so", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    app.upstream.behaviour.usage = {
      prompt_tokens: 300_000,
      completion_tokens: 1_000,
      cached_tokens: 0,
    };
    // A catalog lists gpt-6.2-sol at these prices, and others above 272,000 input tokens.
    const model_id = "gpt-6.2-sol-2026-11-20";
    const prices = { input_price: N("2"), output_price: N("10") };
    await app.aws.put(tables.models, modelRow("openai", model_id, prices));
    const { body } = await app.whole({ provider: "openai", model_id, prompt: "Hi" });
    expect(body).toMatchObject({ cost_usd: 1.215, price_above_input_tokens: 272_000 });
    const negotiated = await putModel(prices);
    const flat = await app.whole({ provider: "openai", model_id: negotiated, prompt: "Hi" });
    expect(flat.body).toMatchObject({ cost_usd: 0.61 });
    expect(flat.body).not.toHaveProperty("price_above_input_tokens");
  });

  test("the cost is exact, cached tokens at their own price", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    app.upstream.behaviour.usage = {
      prompt_tokens: 1234,
      completion_tokens: 567,
      cached_tokens: 1000,
    };
    const priced = await putModel({
      input_price: N("0.15"),
      output_price: N("0.6"),
      cache_read_price: N("0.075"),
    });
    const expected = { cost_usd: 0.0004503, simulated: false };
    const usage = { input_tokens: 1234, output_tokens: 567, cache_read_tokens: 1000 };
    const streamed = await app.stream({ provider: "openai", model_id: priced, prompt: "Hi" });
    expect(streamed.at(-1)?.data).toMatchObject({ ...expected, usage });
    const { body } = await app.whole({ provider: "openai", model_id: priced, prompt: "Hi" });
    expect(body).toMatchObject({ ...expected, usage });
    const unpriced = await putModel({ input_price: N("0.15") });
    const half = await app.whole({ provider: "openai", model_id: unpriced, prompt: "Hi" });
    expect(half.body.cost_usd).toBeNull();
  });
});

describe("stopping", () => {
  const ask = { provider: "openai", model_id: "gpt-4o-mini", prompt: "Never end" };

  test.each([
    ["in the middle of a stream", "forever" as const, true],
    ["before the first token", "silent" as const, true],
    ["an answer that is not streamed", "silent" as const, false],
  ])("%s closes the provider's connection", async (_, answer, streams) => {
    await app.setKey("openai", "sk-for-the-upstream");
    app.upstream.behaviour.answer = answer;
    const arrived = app.upstream.nextCall();
    const leave = new AbortController();
    const response = app.admin.raw(
      "POST",
      "/api/completions",
      { ...ask, stream: streams },
      { signal: leave.signal },
    );
    response.catch(() => {});
    await arrived;
    if (answer === "forever") await readUntil(await response, "delta");
    const call = app.upstream.calls.at(-1);
    expect(call).toBeDefined();
    leave.abort();
    await call?.closed;
  });
});

async function readUntil(response: Response, event: string): Promise<void> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes(`event: ${event}`)) {
    const step = await reader?.read();
    if (!step || step.done) throw new Error(`The stream ended without ${event}: ${text}`);
    text += decoder.decode(step.value, { stream: true });
  }
}
