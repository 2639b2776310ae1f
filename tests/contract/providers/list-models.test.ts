import { describe, expect, it } from "vitest";
import { ProviderFailure } from "@/lib/providers/errors";
import { listModels } from "@/lib/providers/list-models";
import type { ListingProvider } from "@/lib/providers/registry";
import type { ListedModel } from "@/lib/providers/schema";
import { canary, connectionTo } from "@/tests/contract/providers/ask";
import { type ReceivedRequest, type Replay, startReplay } from "@/tests/support/replay-server";

const nothingSaid: ListedModel = {
  model_id: "",
  display_name: null,
  max_tokens: null,
  max_output_tokens: null,
  supports_tools: null,
  supports_vision: null,
  lifecycle: null,
  retires_on: null,
  prices: null,
  created_at: null,
};

function json(body: unknown, status = 200): Replay {
  return { status, headers: { "content-type": "application/json" }, body: [JSON.stringify(body)] };
}

type Asking = { provider: ListingProvider; timeoutMs?: number; signal?: AbortSignal };

/** The list that this server's answers make, and the requests that it saw. */
async function listOf(answer: Replay | ((request: ReceivedRequest) => Replay), asking: Asking) {
  const server = await startReplay(answer);
  try {
    const signal = asking.signal ?? new AbortController().signal;
    const connection = connectionTo(server, asking);
    const models = await listModels(asking.provider, canary, signal, connection);
    return { models, requests: server.requests };
  } finally {
    await server.stop();
  }
}

async function failureOf(...input: Parameters<typeof listOf>): Promise<ProviderFailure> {
  return await listOf(...input).then(
    () => Promise.reject(new Error("It answered")),
    (error: unknown) => (error instanceof ProviderFailure ? error : Promise.reject(error)),
  );
}

const headerOf = (request: ReceivedRequest | undefined) =>
  [
    request?.headers.authorization,
    request?.headers["x-api-key"],
    request?.headers["x-goog-api-key"],
  ]
    .filter(Boolean)
    .join();

describe("the list of models", () => {
  it.each([
    ["openai", "/v1/models"],
    ["deepseek", "/models"],
  ] as const)("of %s has ids and dates", async (provider, path) => {
    const data = [
      { id: "m-1", object: "model", created: 1_700_000_000, owned_by: "x" },
      { id: "m-2", object: "model", owned_by: "x" },
    ];
    const { models, requests } = await listOf(json({ object: "list", data }), { provider });
    expect(models).toEqual([
      { ...nothingSaid, model_id: "m-1", created_at: "2023-11-14T22:13:20.000Z" },
      { ...nothingSaid, model_id: "m-2" },
    ]);
    expect(requests).toMatchObject([{ method: "GET", path, body: "" }]);
    expect(headerOf(requests[0])).toBe(`Bearer ${canary}`);
  });

  it("of xAI has chat models with their input types and aliases", async () => {
    const grok = { id: "grok-4", created: 1_700_000_000, input_modalities: ["text", "image"] };
    const mini = { id: "grok-mini", created: 1_700_000_000, input_modalities: ["text"] };
    const body = { models: [{ ...grok, aliases: ["grok-4-latest"] }, mini] };
    const { models, requests } = await listOf(json(body), { provider: "xai" });
    expect(models).toMatchObject([
      { model_id: "grok-4", supports_vision: true, display_name: null },
      { model_id: "grok-4-latest", supports_vision: true, display_name: "Alias of grok-4" },
      { model_id: "grok-mini", supports_vision: false },
    ]);
    expect(requests.map(({ path }) => path)).toEqual(["/v1/language-models"]);
  });

  it("of xAI has prices per 1M tokens and the context", async () => {
    const grok = {
      id: "grok-4",
      prompt_text_token_price: 30_000,
      cached_prompt_text_token_price: 7500,
      completion_text_token_price: 150_000,
      max_prompt_length: 256_000,
    };
    const free = { id: "grok-free", prompt_text_token_price: 0, completion_text_token_price: 0 };
    const { models } = await listOf(json({ models: [grok, free] }), { provider: "xai" });
    expect(models[0]).toMatchObject({
      max_tokens: 256_000,
      prices: { input_price: 3, output_price: 15, cache_read_price: 0.75, cache_write_price: null },
    });
    expect(models[1]).toMatchObject({ prices: null });
  });

  it.each(["openai", "deepseek"] as const)(
    "of a gateway for %s has its prices and limits",
    async (provider) => {
      const model = {
        id: "m",
        context_length: 128_000,
        top_provider: { max_completion_tokens: 16_384 },
        pricing: { prompt: "0.00000015", completion: "0.0000006", input_cache_read: "0" },
      };
      const { models } = await listOf(json({ object: "list", data: [model] }), { provider });
      expect(models[0]).toMatchObject({
        max_tokens: 128_000,
        max_output_tokens: 16_384,
        prices: { input_price: 0.15, output_price: 0.6, cache_read_price: null },
      });
    },
  );

  it("of xAI falls back to the common list behind a gateway", async () => {
    const { models, requests } = await listOf(
      ({ path }) =>
        path.includes("language") ? json({ error: "no" }, 404) : json({ data: [{ id: "grok-4" }] }),
      { provider: "xai" },
    );
    expect(models).toEqual([{ ...nothingSaid, model_id: "grok-4" }]);
    expect(requests).toHaveLength(2);
  });

  it("of Anthropic is read page by page, with limits and lifecycle", async () => {
    const page = (id: string, has_more: boolean, more: object = {}) =>
      json({
        data: [
          { type: "model", id, display_name: "A", created_at: "2026-01-02T00:00:00Z", ...more },
        ],
        has_more,
        first_id: id,
        last_id: id,
      });
    const reported = {
      max_input_tokens: 200_000,
      max_tokens: 64_000,
      lifecycle: "deprecated",
      retires_at: "2027-02-01T00:00:00Z",
      capabilities: { image_input: { supported: true } },
    };
    const { models, requests } = await listOf(
      ({ path }) =>
        path.includes("after_id=c-1") ? page("c-2", false) : page("c-1", true, reported),
      { provider: "anthropic" },
    );
    const first = { display_name: "A", created_at: "2026-01-02T00:00:00.000Z" };
    expect(models).toEqual([
      {
        ...nothingSaid,
        ...first,
        model_id: "c-1",
        max_tokens: 200_000,
        max_output_tokens: 64_000,
        lifecycle: "legacy",
        retires_on: "2027-02-01",
        supports_vision: true,
      },
      { ...nothingSaid, ...first, model_id: "c-2" },
    ]);
    expect(requests.map(({ path }) => path)).toEqual([
      "/v1/models?limit=1000",
      expect.stringContaining("after_id=c-1"),
    ]);
    for (const request of requests) expect(headerOf(request)).toBe(canary);
  });

  it("of Google is read page by page, with callable models only", async () => {
    const model = (name: string, action: string) => ({
      name: `models/${name}`,
      displayName: "G",
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: [action],
    });
    const { models, requests } = await listOf(
      ({ path }) =>
        path.includes("pageToken=p2")
          ? json({ models: [model("gemini-b", "generateContent")] })
          : json({
              models: [model("gemini-a", "generateContent"), model("embed", "embedContent")],
              nextPageToken: "p2",
            }),
      { provider: "google" },
    );
    const limits = { display_name: "G", max_tokens: 1_048_576, max_output_tokens: 65_536 };
    expect(models).toEqual([
      { ...nothingSaid, ...limits, model_id: "gemini-a" },
      { ...nothingSaid, ...limits, model_id: "gemini-b" },
    ]);
    expect(requests[0]?.path).toMatch(/^\/v1beta\/models\?/);
    expect(requests).toHaveLength(2);
    for (const request of requests) expect(headerOf(request)).toBe(canary);
  });

  it("is given up if its pages never end", async () => {
    const model = { type: "model", id: "c-1", display_name: "A" };
    const page = json({ data: [model], has_more: true, first_id: "c-1", last_id: "c-1" });
    const failure = await failureOf(page, { provider: "anthropic" });
    expect(failure.code).toBe("provider_error");
    expect(failure.cause).toMatch(/do not come to an end/);
  });
});

describe.each(["openai", "anthropic", "google", "xai", "deepseek"] as const)(
  "a list of %s that does not come",
  (provider) => {
    it("is explained, the key removed", async () => {
      const refused = json({ error: { message: `Incorrect API key provided: ${canary}` } }, 401);
      const failure = await failureOf(refused, { provider });
      expect(failure).toMatchObject({ code: "bad_key", provider_status: 401 });
      expect(JSON.stringify([failure, failure.stack])).not.toContain(canary.slice(0, 12));
      const page = { status: 502, headers: { "content-type": "text/html" }, body: ["<h1>No</h1>"] };
      expect((await failureOf(page, { provider })).cause).toMatch(/proxy/);
      const lost = await failureOf(json({ error: { message: "Not Found" } }, 404), { provider });
      expect(lost.cause).toMatch(/does not know the address/);
    });

    it("ends at the deadline, or when the caller aborts", async () => {
      const late = await failureOf({ finish: "hang" }, { provider, timeoutMs: 300 });
      expect(late.code).toBe("timeout");
      const signal = AbortSignal.timeout(200);
      await expect(listOf({ finish: "hang" }, { provider, signal })).rejects.toMatchObject({
        name: "TimeoutError",
      });
    });
  },
);
