import { describe, expect, it } from "vitest";
import type { KeyTestOutcome } from "@/lib/keys/schema";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { canary, connectionTo } from "@/tests/contract/providers/ask";
import { answers } from "@/tests/support/provider-answers";
import recorded from "@/tests/support/provider-errors.json";
import { type Replay, startReplay } from "@/tests/support/replay-server";

type Input = { apiKey?: string; timeoutMs?: number; model_id?: string };

async function tryAt(replay: Replay, provider: ProviderId, input: Input = {}) {
  const server = await startReplay(replay);
  const connection = connectionTo(server, { provider, ...input });
  const { signal } = new AbortController();
  const options = { connection, ...(input.model_id && { model_id: input.model_id }) };
  try {
    const verdict = await verifyKey(provider, input.apiKey ?? canary, signal, options);
    return { verdict, requests: server.requests };
  } finally {
    await server.stop();
  }
}

const headers = { "content-type": "application/json" };
const lists = { headers, body: [JSON.stringify({ data: [], models: [], has_more: false })] };
const good = (provider: ProviderId) => (provider === "bedrock" ? answers.bedrock.whole : lists);

const outcomes: Partial<Record<CompletionCode, KeyTestOutcome["outcome"]>> = {
  bad_key: "rejected",
  key_expired: "expired",
  rate_limited: "not_known",
  overloaded: "not_known",
  quota_exhausted: "verified",
  no_access: "verified",
  needs_inference_profile: "verified",
};

describe.each(providerIds)("a key of %s", (provider) => {
  it("is verified by one call that is free or costs one token", async () => {
    const { verdict, requests } = await tryAt(good(provider), provider);
    expect(verdict).toEqual({
      outcome: "verified",
      code: null,
      cause: null,
      fix: null,
      provider_status: null,
      provider_message: null,
      simulated: false,
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.method).toBe(provider === "bedrock" ? "POST" : "GET");
    if (provider === "bedrock") expect(requests[0]?.body).toContain('"maxTokens":1');
  });

  it("is marked as simulated by the simulator, also when it is refused", async () => {
    const more = { "x-switchboard-simulated": "true" };
    const { verdict } = await tryAt(
      { ...good(provider), headers: { ...good(provider).headers, ...more } },
      provider,
    );
    expect(verdict.simulated).toBe(true);
    const refusal = { status: 401, headers: { ...headers, ...more }, body: ["{}"] };
    expect((await tryAt(refusal, provider)).verdict).toMatchObject({
      outcome: "rejected",
      simulated: true,
    });
  });

  it("stays unknown if the provider doesn't tell", async () => {
    const silent = await tryAt({ finish: "hang" }, provider, { timeoutMs: 300 });
    expect(silent.verdict).toMatchObject({ outcome: "not_known", code: "timeout" });
    const down = await tryAt({ status: 503, headers, body: ["{}"] }, provider);
    expect(down.verdict).toMatchObject({ outcome: "not_known", code: "overloaded" });
    const page = { status: 200, headers: { "content-type": "text/html" }, body: ["<p>Log in"] };
    expect((await tryAt(page, provider)).verdict.outcome).toBe("not_known");
  });

  it("is rejected without a call if its characters are impossible", async () => {
    const { verdict, requests } = await tryAt(good(provider), provider, { apiKey: "" });
    expect(verdict).toMatchObject({ outcome: "rejected", code: "key_missing" });
    expect(requests).toEqual([]);
  });

  it("isn't in the outcome", async () => {
    const body = [JSON.stringify({ error: { message: `Incorrect API key provided: ${canary}` } })];
    const { verdict } = await tryAt({ status: 401, headers, body }, provider);
    expect(verdict.provider_message).toContain("[key removed]");
    expect(JSON.stringify(verdict)).not.toContain(canary.slice(0, 12));
  });
});

it.each(
  recorded
    .filter(({ code }) => code in outcomes)
    .map((row) => [row.provider, row.status, row.code, row] as const),
)("the recorded answer of %s, %i %s, gives its verdict", async (_, status, code, row) => {
  const replay = {
    status,
    headers: { ...headers, ...row.headers },
    body: [JSON.stringify(row.body)],
  };
  const { verdict } = await tryAt(replay, row.provider as ProviderId); // The file names ours only.
  const outcome = outcomes[code as CompletionCode]; // Filtered by that table above.
  expect(verdict).toMatchObject({ outcome, code, provider_status: status });
  expect(verdict.fix).toBeTruthy();
});

it.each([
  ["Bearer token of another region", "Credential should be scoped to a valid region.", "rejected"],
  [
    "token whose owner may not use tokens",
    "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:CallWithBearerToken on resource: *",
    "rejected",
  ],
  ["model that is not offered", "The model is not supported in this Region.", "verified"],
])("a %s", async (_, message, outcome) => {
  const replay = { status: 403, headers, body: [JSON.stringify({ message })] };
  const { verdict, requests } = await tryAt(replay, "bedrock", { model_id: "eu.some.model-v1:0" });
  expect(verdict.outcome).toBe(outcome);
  expect(requests[0]?.path).toBe("/model/eu.some.model-v1%3A0/converse");
});

it("an unsupported country says nothing about the key", async () => {
  const body = [
    JSON.stringify({
      error: {
        code: 400,
        status: "FAILED_PRECONDITION",
        message: "User location is not supported for the API use.",
      },
    }),
  ];
  const { verdict } = await tryAt({ status: 400, headers, body }, "google");
  expect(verdict).toMatchObject({ outcome: "not_known", code: "wrong_region" });
});
