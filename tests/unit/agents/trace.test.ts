import { expect, test } from "vitest";
import { assumedTrace } from "@/lib/agents/rules/trace";
import { parseRuntimeTarget, type TraceFacts } from "@/lib/agents/rules/trace-links";
import type { KeyStatus, ProviderKey } from "@/lib/keys/schema";
import { callerMessageOf } from "@/lib/runtime/rules/caller-failure";

const keyRecord = (status: KeyStatus): ProviderKey => ({
  status,
  last_four: status === "missing" ? null : "abcd",
  looks_like: null,
  updated_at: null,
  updated_by: null,
  kind: null,
  region: null,
  expires_at: null,
  effective_at: null,
  can_roll_back: false,
  overwritten_since: null,
});

const reading = (provider: string, model_id: string) =>
  parseRuntimeTarget(`${provider}#${model_id}`);

const valid: TraceFacts = {
  agent: {
    agent_name: "a",
    version: "v1.0",
    unified: true,
    llm_provider: "bedrock",
    llm_model: "eu.amazon.nova-pro-v1:0",
    provider_id: "bedrock",
    system_prompt: "You help.",
    tools: [],
    resolves_to: "bedrock#eu.amazon.nova-pro-v1:0",
    defects: [],
  },
  model: {
    looked_up: "bedrock#eu.amazon.nova-pro-v1:0",
    found: true,
    reasons: [],
    takes_tools: true,
    is_active: true,
    last_test: null,
    findings: { blocking: [], warnings: [] },
    runtime: null,
  },
  sent: reading("bedrock", "eu.amazon.nova-pro-v1:0"),
  alias: null,
  runtimeProviders: ["anthropic", "openai", "google", "bedrock", "amazon"],
  endpoint: "https://bedrock-runtime.eu-west-1.amazonaws.com/model/x/converse",
  refusedId: null,
  key: keyRecord("verified"),
  keyIsNoString: false,
  secretPath: "/ai-agent/llm-secrets/prod",
};
const refusedId = {
  code: "bedrock_region_mismatch" as const,
  detail: "Not offered in eu-west-1.",
  fix: "Use eu.x instead.",
};

const traced = (facts: Partial<TraceFacts>) => assumedTrace({ ...valid, ...facts }, notRead);
const notRead = { kind: "not_permitted", why: "", statement: null } as const;
const broken = (facts: Partial<TraceFacts>) =>
  traced(facts).steps.flatMap(({ step, status }) => (status === "broken" ? step : []));
const stepOf = (facts: Partial<TraceFacts>, name: string) =>
  traced(facts).steps.find(({ step }) => step === name);

test("a sound agent breaks nowhere", () => {
  expect(traced({ refusedId: null })).toMatchObject({ ok: true, would_fail_with: null });
});

test("an id that Bedrock refuses breaks a run whose key works", () => {
  expect(broken({ refusedId })).toEqual(["endpoint"]);
  const failure = traced({ refusedId }).would_fail_with;
  expect(failure && callerMessageOf(failure)).toBe("Provider API error: bedrock returned 400: …");
});

test("an ID that Bedrock only doesn't list is a warning where the region is assumed", () => {
  const unlisted = { ...refusedId, code: "bedrock_profile_unknown" as const };
  expect(stepOf({ refusedId: unlisted }, "endpoint")).toMatchObject({ status: "warning" });
  expect(traced({ refusedId: unlisted }).ok).toBe(true);
});

test("a machine that is gone ends each run before it starts", () => {
  const refusal = { error: "StateMachineDoesNotExist", cause: "State Machine Does Not Exist: 'x'" };
  const why = "There is no state machine x, so the agent can't be started.";
  const trace = assumedTrace(valid, { kind: "deleted", why, statement: null, refusal });
  expect(trace).toMatchObject({ ok: false, would_fail_with: { ...refusal, state: null } });
  expect(trace.steps[0]).toMatchObject({ step: "agent_row", status: "broken", detail: why });
});

const refusedKey = "Provider API error: bedrock returned 403: …";

test.each([
  [
    "missing",
    "secret_key",
    "Secret key not found: AWS_BEARER_TOKEN_BEDROCK in secret: /ai-agent/llm-secrets/prod",
  ],
  ["rejected", "key_state", refusedKey],
  ["expired", "key_state", refusedKey],
] as const)("a key that is %s ends the run before Bedrock sees the id", (status, step, message) => {
  const facts = { refusedId, key: keyRecord(status) };
  expect(broken(facts)).toEqual([step]);
  const failure = traced(facts).would_fail_with;
  expect(failure && callerMessageOf(failure)).toBe(message);
  expect(stepOf(facts, "endpoint")).toMatchObject({ status: "warning", fix: refusedId.fix });
});

test.each([
  ["openai#gpt-4o", "openai", "gpt-4o"],
  ["openai#a#b", "openai", "a"],
  ["#x", "", "x"],
  ["nohash", "nohash", ""],
])("the runtime reads %s as %s and %s", (pk, provider, model_id) => {
  expect(parseRuntimeTarget(pk)).toMatchObject({ provider, model_id });
});

test("a key with two # is sent as the runtime splits it, and the trace says so", () => {
  const facts: Partial<TraceFacts> = {
    agent: { ...valid.agent, llm_provider: "openai#a", llm_model: "b", provider_id: null },
    model: {
      looked_up: "openai#a#b",
      found: true,
      reasons: ["pk must be provider#model_id"],
      takes_tools: null,
      is_active: true,
      last_test: null,
      findings: { blocking: [], warnings: [] },
      runtime: null,
    },
    sent: parseRuntimeTarget("openai#a#b"),
  };
  expect(stepOf(facts, "model_row")?.detail).toContain('sends "a" to "openai"');
  expect(stepOf(facts, "provider_mapping")).toMatchObject({ status: "ok", value: "openai" });
  expect(stepOf(facts, "secret_key")?.value).toBe("OPENAI_API_KEY");
});
