import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type CompletionConsole,
  startCompletionConsole,
  startImpatientCopy,
} from "./completion-console";
import { modelRow, tables, unique } from "./console";

const models: [string, string][] = [
  ["openai", "gpt-4o-mini"],
  ["anthropic", "claude-sonnet-4-6"],
  ["google", "gemini-3.5-flash"],
  ["bedrock", "eu.amazon.nova-pro-v1:0"],
  ["xai", "grok-4.5"],
  ["deepseek", "deepseek-flash"],
];

let app: CompletionConsole;
let impatient: Awaited<ReturnType<typeof startImpatientCopy>>;

beforeAll(async () => {
  app = await startCompletionConsole();
  impatient = await startImpatientCopy(app);
  const prices = { input_price: { N: "1" }, output_price: { N: "2" } };
  for (const [provider, model] of models)
    await app.aws.put(tables.models, modelRow(provider, model, prices));
});

afterEach(() => app.reset());

afterAll(async () => {
  await impatient?.stop();
  await app?.stop();
});

describe.each(models)("%s (%s)", (provider, model_id) => {
  test("streams start, deltas and done, with usage, cost and times", async () => {
    const events = await app.stream({ provider, model_id, prompt: "Say hello in five words." });
    const deltas = events.filter(({ event }) => event === "delta");
    const done = events.at(-1);
    expect(events[0]).toMatchObject({ event: "start", data: { provider, model_id } });
    expect(deltas.length).toBeGreaterThan(1);
    expect(done).toMatchObject({
      event: "done",
      data: {
        text: deltas.map(({ data }) => data.text).join(""),
        usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
        cost_usd: expect.any(Number),
        first_token_ms: expect.any(Number),
        latency_ms: expect.any(Number),
        stop_reason: "end",
        simulated: true,
      },
    });
    expect(Number(done?.data.first_token_ms)).toBeLessThanOrEqual(Number(done?.data.latency_ms));
  });

  test("answers the same as one JSON", async () => {
    const answer = await app.whole({ provider, model_id, prompt: "Say hello in five words." });
    expect(answer).toMatchObject({
      status: 200,
      body: { provider, model_id, text: expect.stringContaining("simulated"), simulated: true },
    });
    expect(answer.body.usage).toMatchObject({ input_tokens: expect.any(Number) });
  });

  test("calls a tool with arguments", async () => {
    const tools = [
      {
        name: "get_weather",
        description: "The weather of a city",
        parameters: { type: "object", properties: { city: { type: "string" } } },
      },
    ];
    const events = await app.stream({
      provider,
      model_id,
      prompt: "Call the tool get_weather.",
      tools,
    });
    const call = events.find(({ event }) => event === "tool_call");
    expect(call?.data).toMatchObject({
      name: "get_weather",
      arguments: { city: expect.any(String) },
    });
    expect(events.at(-1)?.data).toMatchObject({
      stop_reason: "tool_use",
      tool_calls: [call?.data],
    });
  });

  test("fails before the first token with the same fields, streamed under 200 and as a 502 problem", async () => {
    const body = { provider, model_id, prompt: "Go [[fail:rate_limited]]" };
    const events = await app.stream(body);
    expect(events.map(({ event }) => event)).toEqual(["start", "error"]);
    const failure = events[1]?.data;
    expect(failure).toMatchObject({
      code: "rate_limited",
      cause: expect.any(String),
      fix: expect.any(String),
      provider_status: 429,
      provider_message: expect.any(String),
    });
    const problem = await app.whole(body);
    expect(problem).toMatchObject({ status: 502, body: { ...failure, status: 502 } });
    expect(problem.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });

  test("explains a wrong key and notes it", async () => {
    await app.setKey(provider, "sandbox-wrong-key");
    const events = await app.stream({ provider, model_id, prompt: "Hi" });
    expect(events.at(-1)).toMatchObject({ event: "error", data: { code: "bad_key" } });
    expect(JSON.stringify(events)).not.toContain("sandbox-wrong-key");
    expect(await app.keyStatus(provider)).toBe("rejected");
  });

  test("explains an unknown model", async () => {
    const unknown = provider === "bedrock" ? "eu.vendor.no-such-model-v1:0" : "no-such-model";
    const events = await app.stream({ provider, model_id: unknown, prompt: "Hi" });
    expect(events.at(-1)?.data).toMatchObject({ code: "unknown_model" });
  });

  test("reports a missing key without a call", async () => {
    await app.setKey(provider, undefined);
    expect((await app.stream({ provider, model_id, prompt: "Hi" })).at(-1)?.data).toMatchObject({
      code: "key_missing",
    });
    expect((await app.whole({ provider, model_id, prompt: "Hi" })).body.code).toBe("key_missing");
  });

  test("sends a key that is not the sandbox's to the configured upstream, byte for byte", async () => {
    const key = `sk-Pr0j_${unique("x")}.A/b+c==~!$%&'()*,;:@?#[]|^\``;
    await app.setKey(provider, key);
    app.upstream.behaviour.answer = "unauthorized";
    const seen = app.upstream.calls.length;
    await app.stream({ provider, model_id, prompt: "Hi" });
    const call = app.upstream.calls[seen];
    const { authorization, "x-api-key": apiKey, "x-goog-api-key": googleKey } = call?.headers ?? {};
    const header = { anthropic: apiKey, google: googleKey }[provider] ?? authorization;
    expect(header).toBe(["anthropic", "google"].includes(provider) ? key : `Bearer ${key}`);
    expect(call?.url).toMatch(new RegExp(`^/${provider}/`));
    expect(decodeURIComponent(call?.url ?? "")).not.toContain(key.slice(0, 12));
    expect(app.upstream.calls).toHaveLength(seen + 1);
  });

  test("times out when the provider hangs", async () => {
    const hanging = { provider, model_id, prompt: "[[fail:hang]]" };
    const events = await app.stream(hanging, impatient.admin);
    expect(events.at(-1)).toMatchObject({ event: "error", data: { code: "timeout" } });
  });
});
