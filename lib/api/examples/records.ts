import "server-only";
import type { ProviderKey } from "@/lib/keys/schema";
import type { AnswerOf } from "../endpoints";

export const at = "2026-11-28T09:30:00.000Z";
export const params = { provider: "openai", modelId: "gpt-4o" };
export const agentParams = { name: "sql-agent", version: "v1.0" };
export const providerParams = { id: "openai" };
export const eventId = "0b0c2f5e-5c1d-4f0e-8f53-0a3b5f1f6f7a";
export const operationId = "7f8b3f1c-2a9d-4a77-9d0f-3a1f0e6b9c55";
export const requestId = "6f1c1f0e-3c55-4d0e-9a6e-0b8a6f3d2c11";
export const operationParams = { id: operationId };

export const model: AnswerOf<"getModel"> = {
  pk: "openai#gpt-4o",
  provider: "openai",
  provider_id: "openai",
  model_id: "gpt-4o",
  display_name: "GPT-4o",
  input_price: 2.5,
  output_price: 10,
  cache_read_price: 1.25,
  cache_write_price: null,
  input_price_source: "catalog",
  output_price_source: "catalog",
  cache_read_price_source: "catalog",
  cache_write_price_source: null,
  price_unit: null,
  max_tokens: 128_000,
  max_output_tokens: 16_384,
  supports_tools: true,
  supports_vision: true,
  is_active: true,
  is_default: true,
  lifecycle: "active",
  retires_on: null,
  availability: { state: "active", on: null, because: null },
  purpose: "General work with text and images.",
  created_at: "2025-08-30T09:00:00.000Z",
  updated_at: at,
  etag: "nF1vX0yJ3kq7Lw2cT9aRzg",
  used_by: [{ agent_name: "sql-agent", version: "v1.0" }],
  last_test: {
    at,
    outcome: "ok",
    latency_ms: 820,
    first_token_ms: 310,
    by: "alice@example.com",
    simulated: false,
  },
  runtime_evidence: [],
  capabilities_proved: null,
  runtime_callable: null,
  runtime_callable_because: null,
};

export const event: AnswerOf<"listActivity">["events"][number] = {
  event_id: eventId,
  at,
  actor: "alice@example.com",
  action: "model.update",
  entity: { kind: "model", id: "openai#gpt-4o" },
  outcome: "done",
  before: { input_price: { N: "5" } },
  after: { input_price: { N: "2.5" } },
  request_id: requestId,
  operation_id: null,
  reason: null,
  evidence: null,
};
export const page: AnswerOf<"listActivity"> = { events: [event], cursor: null };

export const proof = {
  verdict: "proved",
  at,
  by: "alice@example.com",
  detail: "Called the tool with the arguments that the question asks for.",
  code: null,
  fix: null,
  simulated: false,
} as const;
export const proved = { tools: proof, vision: null, streaming: null };

export const operation: AnswerOf<"getOperation"> = {
  operation_id: operationId,
  kind: "switch",
  title: "Switch 1 agent to openai#gpt-4o",
  actor: "alice@example.com",
  created_at: at,
  status: "done",
  total: 1,
  done: 1,
  refused: 0,
  pending: 0,
  undo_of: null,
  undone_by: null,
  items: [
    {
      index: 0,
      entity: { kind: "agent", id: "sql-agent/v1.0" },
      action: "update",
      outcome: "done",
      message: null,
    },
  ],
};

export const agent: AnswerOf<"getAgent"> = {
  agent_name: "sql-agent",
  version: "v1.0",
  status: "active",
  description: "Answers questions about the warehouse.",
  system_prompt: "You write SQL.",
  llm_provider: "openai",
  llm_model: "gpt-4o",
  provider_id: "openai",
  state_machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:sql-agent",
  deployment_env: "prod",
  tools: ["execute_sql"],
  parameters: {},
  metadata: { llm_type: "unified-rust" },
  observability: {},
  created_at: "2025-09-14T10:00:00Z",
  updated_at: at,
  unified: true,
  resolves_to: "openai#gpt-4o",
  defects: [],
  reverted: null,
  etag: "c2Q9mB7sKx4Wv1tYpE8dLA",
};

export const finding: AnswerOf<"preflightAgent">["findings"][number] = {
  code: "key_missing",
  severity: "error",
  subject: { kind: "key", id: "openai" },
  title: "OpenAI has no key",
  evidence: "The secret has no OPENAI_API_KEY.",
  fix: "Save a key for OpenAI.",
};
// biome-ignore lint/suspicious/noThenProperty: a name of the API; the value is never awaited.
export const cost = { now: 41.2, then: 12.85 };

export const key: ProviderKey = {
  status: "verified",
  last_four: "9f3c",
  looks_like: null,
  updated_at: at,
  updated_by: "alice@example.com",
  kind: "api_key",
  region: null,
  expires_at: null,
  effective_at: "2026-11-28T09:35:00.000Z",
  can_roll_back: true,
  overwritten_since: null,
};

export const changedKey: AnswerOf<"saveKey"> = {
  ...key,
  event_id: "0d9b8f1e-6f0a-4a3a-9d0b-1f6c2f7d5e21",
};

export const listed = {
  model_id: "gpt-4o",
  display_name: "GPT-4o",
  purpose: "General work with text and images.",
  max_tokens: 128_000,
  max_output_tokens: 16_384,
  supports_tools: true,
  supports_vision: true,
  lifecycle: "active",
  retires_on: null,
} as const;
export const prices = {
  input_price: 2.5,
  output_price: 10,
  cache_read_price: 1.25,
  cache_write_price: null,
};

export const run: AnswerOf<"getPastRun"> = {
  run_id: "2026-11-28T09:30:00.000Z#5d1e",
  at,
  inputs: { models: ["openai#gpt-4o"], prompt: "Say hello.", stream: true },
  results: [
    {
      pk: "openai#gpt-4o",
      state: "done",
      text: "Hello!",
      tool_calls: [],
      done: {
        usage: { input_tokens: 10, output_tokens: 2 },
        cost_usd: 0.000045,
        first_token_ms: 310,
        latency_ms: 402,
        stop_reason: "stop",
        simulated: false,
      },
      failure: null,
    },
  ],
  shortened: false,
};

export const budget: AnswerOf<"saveBudget"> = {
  id: "agent:sql-agent",
  scope: "agent",
  key: "sql-agent",
  monthly_usd: 50,
  created_at: at,
  updated_at: at,
  updated_by: "alice@example.com",
  etag: "Vb5Rk0uTjH2nZs8WqYc6Mg",
};
export const measured = {
  ...budget,
  progress: {
    spent_usd: 41.2,
    unpriced_tokens: 0,
    used_percent: 82.4,
    forecast_usd: 44.1,
    forecast_percent: 88.2,
    state: "within",
  },
} as const;

export const figures = {
  input_tokens: 1_250_000,
  output_tokens: 90_000,
  cost_usd: 4.025,
  unpriced_tokens: 0,
  assumed_tokens: 0,
  derived_tokens: 0,
  unregistered_tokens: 0,
};

export const token: AnswerOf<"revokeToken"> = {
  id: "0123456789abcdef",
  name: "nightly-report",
  role: "viewer",
  state: "active",
  created_by: "alice@example.com",
  created_at: at,
  expires_at: "2027-02-26T09:30:00.000Z",
  last_used_at: null,
  revoked_at: null,
  revoked_by: null,
};

export const done = {
  text: "Hello!",
  tool_calls: [],
  usage: { input_tokens: 10, output_tokens: 2 },
  cost_usd: 0.000045,
  first_token_ms: null,
  latency_ms: 402,
  stop_reason: "stop",
  simulated: false,
};
