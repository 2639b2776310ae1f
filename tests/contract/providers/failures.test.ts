import { describe, expect, it } from "vitest";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { canary, failureOf } from "@/tests/contract/providers/ask";
import { answers, unfinished } from "@/tests/support/provider-answers";
import recorded from "@/tests/support/provider-errors.json";
import type { Replay } from "@/tests/support/replay-server";
import documented from "@/tests/unit/providers/refusals.json";

const json = { "content-type": "application/json" };

function refusal(status: number, body: unknown, headers: Record<string, string> = {}): Replay {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: { ...json, ...headers }, body: [text] };
}

describe.each([true, false])("with streaming %s", (stream) => {
  it.each(recorded.map((row) => [`${row.provider} ${row.status}: ${row.code}`, row] as const))(
    "a recorded %s",
    async (_, row) => {
      const failure = await failureOf(
        refusal(row.status, row.body, "headers" in row ? row.headers : {}),
        { provider: row.provider as ProviderId, call: { stream } },
      );
      expect(failure).toMatchObject({ code: row.code, provider_status: row.status });
      const words = JSON.stringify(row.body);
      expect(words).toContain(JSON.stringify(failure.provider_message).slice(1, -1));
      expect(failure.provider_message).toBeTruthy();
      expect(failure.cause).not.toMatch(/[{}]/);
      expect(failure.fix.length).toBeGreaterThan(20);
    },
  );

  it.each(providerIds)(
    "a web page instead of %s is explained, whatever the status",
    async (provider) => {
      for (const status of [200, 403, 502]) {
        const page =
          "<html><head><title>x</title></head><body><h1>Blocked by proxy</h1></body></html>";
        const failure = await failureOf(
          { status, headers: { "content-type": "text/html" }, body: [page] },
          { provider, call: { stream } },
        );
        expect(failure).toMatchObject({ code: "provider_error", provider_status: status });
        expect(failure.provider_message).toContain("Blocked by proxy");
        expect(failure.cause).toMatch(/proxy/);
      }
    },
  );

  it.each(providerIds)("a redirect of %s is not followed", async (provider) => {
    const failure = await failureOf(
      { status: 307, headers: { location: "http://127.0.0.1:9/elsewhere" }, body: [] },
      { provider, call: { stream } },
    );
    expect(failure).toMatchObject({ code: "provider_error", provider_status: 307 });
    expect(failure.cause).toMatch(/redirect/);
  });

  it.each(providerIds)("an error of %s under status 200 is a failure", async (provider) => {
    const body = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const failure = await failureOf(refusal(200, body), { provider, call: { stream } });
    expect(failure).toMatchObject({ code: "overloaded", provider_message: "Overloaded" });
  });

  it.each(providerIds)(
    "a connection to %s that breaks in the middle of an answer is a failure",
    async (provider) => {
      const { whole } = answers[provider];
      const half = { ...whole, body: [String(whole.body?.[0]).slice(0, 20)] };
      const replay: Replay = {
        ...(stream ? unfinished(answers[provider]) : half),
        finish: "break",
      };
      const failure = await failureOf(replay, { provider, call: { stream } });
      expect(failure).toMatchObject({ code: "provider_error", provider_status: 200 });
      expect(failure.cause).toMatch(/middle/);
    },
  );
});

it.each(
  documented.flatMap(({ status, ...row }) =>
    status === null ? [] : [[row.provider, status, row.code, { ...row, status }] as const],
  ),
)("what %s documents, status %i, is %s over the wire", async (_, status, code, row) => {
  const headers: Record<string, string> = row.tag ? { "x-amzn-errortype": row.tag } : {};
  const failure = await failureOf(refusal(status, row.body, headers), {
    provider: row.provider as ProviderId, // The file names ours only.
  });
  expect(failure).toMatchObject({ code, provider_status: status });
  if (row.reason) expect(failure.reason).toBe(row.reason);
  expect(`${failure.cause} ${failure.fix}`).not.toMatch(/[{}]/);
});

describe.each(providerIds)("the time to wait of %s", (provider) => {
  it.each([true, false])("is passed on from Retry-After (stream: %s)", async (stream) => {
    const body = {
      error: { type: "rate_limit_error", message: "Slow down" },
      message: "Slow down",
    };
    const failure = await failureOf(refusal(429, body, { "retry-after": "21" }), {
      provider,
      call: { stream },
    });
    expect(failure.toJSON()).toMatchObject({ code: "rate_limited", retry_after: 21 });
    expect(failure.fix).toMatch(/^Wait 21 s and try again\./);
  });

  it("is absent if the provider names none, or waiting doesn't help", async () => {
    const limited = await failureOf(refusal(429, { error: {}, message: "" }), { provider });
    expect(limited.toJSON()).not.toHaveProperty("retry_after");
    expect(limited.fix).toMatch(/^Wait a minute and try again\./);
    const refused = await failureOf(refusal(404, {}, { "retry-after": "21" }), { provider });
    expect(refused.toJSON()).not.toHaveProperty("retry_after");
  });
});

it("Google's retryDelay is a time to wait", async () => {
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.QuotaFailure",
      violations: [{ quotaId: "XPerMinute" }],
    },
    { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.4s" },
  ];
  const body = { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "Quota.", details } };
  const failure = await failureOf(refusal(429, body), { provider: "google" });
  expect(failure).toMatchObject({ code: "rate_limited", retry_after: 35 });
});

describe("the key", () => {
  it.each(providerIds)(
    "never appears in a failure, in whatever form %s echoes it",
    async (provider) => {
      const echoes = [
        canary,
        encodeURIComponent(canary),
        Buffer.from(canary).toString("base64"),
        Buffer.from(`user:${canary}`).toString("base64"),
        canary.slice(0, 20),
      ];
      const message = `Incorrect API key provided: ${echoes.join(" | ")}`;
      const failure = await failureOf(refusal(401, { error: { message, type: canary } }), {
        provider,
      });
      const everything = JSON.stringify([failure, failure.message, failure.stack, String(failure)]);
      expect(failure.code).toBe("bad_key");
      expect(failure.provider_message).toContain("Incorrect API key provided: [key removed]");
      for (const echo of echoes) expect(everything).not.toContain(echo.slice(2, 18));
    },
  );

  it("is checked without a call if it is empty or malformed", async () => {
    const missing = await failureOf({ body: [] }, { provider: "google", apiKey: "" });
    expect(missing).toMatchObject({ code: "key_missing", help: "keys" });
    expect(missing.cause).toContain("GEMINI_API_KEY");
    const broken = await failureOf({ body: [] }, { provider: "google", apiKey: "abc\n" });
    expect(broken.code).toBe("bad_key");
    expect(JSON.stringify(broken)).not.toContain("abc");
  });
});
