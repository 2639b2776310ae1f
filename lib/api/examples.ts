import "server-only";
import type { EndpointName } from "@/lib/addresses";
import { type ErrorCode, errorStatus, type Problem } from "@/lib/errors";
import type { AnswerOf, BodyInput } from "./endpoints";
import {
  agent,
  agentParams,
  at,
  budget,
  cost,
  done,
  eventId,
  figures,
  finding,
  key,
  listed,
  measured,
  model,
  operation,
  operationId,
  operationParams,
  page,
  params,
  prices,
  proved,
  providerParams,
  requestId,
  run,
  token,
} from "./example-records";
import { titleOf } from "./problem";

type Example<Name extends EndpointName> = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: BodyInput<Name>;
  answer?: AnswerOf<Name>;
};

/** What a caller may send and will get; the description's tests parse each by its own schema. */
export const examples: { [Name in EndpointName]?: Example<Name> } = {
  listModels: {
    query: { provider: "openai", active: "true", q: "gpt" },
    answer: { models: [model], defective: [] },
  },
  createModel: {
    body: { provider: "openai", model_id: "gpt-4o", input_price: 2.5, output_price: 10 },
    answer: model,
  },
  getModel: { params, answer: model },
  updateModel: { params, body: { input_price: 2.5, is_active: true }, answer: model },
  retireModel: {
    params,
    query: { replacement: "openai#gpt-4o-mini" },
    answer: { ...operation, kind: "retire", title: "Retire openai#gpt-4o" },
  },
  getModelHistory: { params, answer: page },
  rollbackModel: { params, body: { event_id: eventId }, answer: model },
  probeModel: {
    params,
    body: { tools: true },
    answer: {
      provider: "openai",
      model_id: "gpt-4o",
      results: proved,
      capabilities_proved: proved,
      kept: true,
      usage: { input_tokens: 110, output_tokens: 24 },
      cost_usd: 0.000515,
    },
  },
  deleteDefectiveModel: { params: { pk: "gpt-4o" } },
  exportModels: { query: { format: "csv" } },
  importModels: {
    query: { dry_run: true, mode: "atomic" },
    answer: {
      created: [{ row: 1, pk: "openai#gpt-4o" }],
      updated: [],
      unchanged: [],
      rejected: [],
      operation_id: null,
    },
  },
  getModelPrices: {
    params,
    answer: {
      pk: "openai#gpt-4o",
      since: {
        input_price: at,
        output_price: at,
        cache_read_price: at,
        cache_write_price: null,
      },
      catalog: {
        ...prices,
        as_of: "2026-11-20",
        since: "2024-10-02",
        varies_by_hour: false,
        tiers: [],
      },
      history: [{ from: at, prices, changed: ["input_price"], assumed: false }],
    },
  },
  syncPrices: {
    query: { dry_run: true },
    body: { prices: [{ pk: "openai#gpt-4o", names: ["input_price"] }] },
    answer: {
      as_of: "2026-11-20",
      changes: [
        {
          pk: "openai#gpt-4o",
          provider_id: "openai",
          model_id: "gpt-4o",
          display_name: "GPT-4o",
          etag: "nF1vX0yJ3kq7Lw2cT9aRzg",
          prices: [
            {
              name: "input_price",
              from: 5,
              to: 2.5,
              source: "catalog",
              from_since: null,
              to_since: "2024-10-02",
              is_protected: false,
              unit_suspect: false,
              effect: { paid: 6.25, would_be: 3.125 },
            },
          ],
          taken: ["input_price"],
          outcome: "would_change",
          message: null,
        },
      ],
      month: { unknown_because: "CloudWatch gave no answer." },
      operation_id: null,
    },
  },
  confirmPrices: {
    body: { models: [{ pk: "openai#gpt-4o" }] },
    answer: {
      operation_id: operationId,
      models: [{ pk: "openai#gpt-4o", outcome: "confirmed", message: null }],
    },
  },
  listPrices: {
    answer: {
      models: [
        {
          pk: "openai#gpt-4o",
          provider_id: "openai",
          model_id: "gpt-4o",
          display_name: "GPT-4o",
          input_price: 2.5,
          output_price: 10,
          cache_read_price: 1.25,
          price_unit: null,
          max_tokens: 128_000,
          max_output_tokens: 16_384,
          supports_tools: true,
          supports_vision: true,
          is_active: true,
          is_default: true,
          cache_read_source: "registry",
          long_context: [],
        },
      ],
    },
  },
  listAgents: { query: { provider: "openai" }, answer: { agents: [agent] } },
  getAgent: { params: agentParams, answer: agent },
  updateAgent: {
    params: agentParams,
    body: { llm_provider: "openai", llm_model: "gpt-4o" },
    answer: agent,
  },
  getAgentTrace: {
    params: agentParams,
    answer: {
      ok: true,
      would_fail_with: null,
      steps: [
        {
          step: "model_row",
          status: "ok",
          value: "openai#gpt-4o",
          detail: "Found.",
          fix: null,
        },
      ],
    },
  },
  preflightAgent: {
    params: agentParams,
    query: { provider: "openai", model_id: "gpt-4o" },
    answer: { ok: false, findings: [finding], monthly_cost_usd: cost },
  },
  getAgentHistory: { params: agentParams, answer: page },
  rollbackAgent: { params: agentParams, body: { event_id: eventId }, answer: agent },
  switchAgents: {
    query: { dry_run: true },
    body: {
      from: { provider: "openai", model_id: "gpt-4o-mini" },
      to: { provider: "openai", model_id: "gpt-4o" },
    },
    answer: {
      operation_id: null,
      agents: [
        {
          agent_name: "sql-agent",
          version: "v1.0",
          outcome: "would_switch",
          message: null,
          findings: [],
          monthly_cost_usd: cost,
        },
      ],
    },
  },
  listProviders: {
    answer: {
      providers: [
        {
          id: "openai",
          name: "OpenAI",
          secret_key_name: "OPENAI_API_KEY",
          models: 4,
          agents: 2,
          key,
        },
      ],
      foreign_keys: [],
      secret_fault: null,
      bedrock_region: "eu-west-1",
      runtime_providers: ["anthropic", "openai", "google", "bedrock", "amazon"],
    },
  },
  listAvailableModels: {
    params: providerParams,
    answer: {
      provider: "openai",
      as_of: at,
      models: [
        {
          ...listed,
          ...prices,
          state: "registered",
          pk: "openai#gpt-4o",
          price_known: true,
          prices_as_of: "2026-11-20",
          kind: "model",
          writes_text: true,
          needs_profile: false,
          profiles: [],
          created_at: null,
        },
      ],
      gone: [],
      bedrock: null,
    },
  },
  listKnownModels: {
    params: providerParams,
    answer: {
      models: [{ ...listed, prices: { ...prices, as_of: "2026-11-20" }, registered: true }],
    },
  },
  saveKey: {
    params: providerParams,
    body: { api_key: "sk-your-key", expires_at: null },
    answer: key,
  },
  removeKey: {
    params: providerParams,
    answer: { ...key, status: "missing", last_four: null, kind: null },
  },
  verifyKey: {
    params: providerParams,
    body: {},
    answer: {
      outcome: "verified",
      code: null,
      cause: null,
      fix: null,
      provider_status: 200,
      provider_message: null,
      simulated: false,
      receipt: null,
    },
  },
  generateKey: {
    params: { id: "bedrock" },
    body: { hours: 12 },
    answer: {
      ...key,
      kind: "short_term",
      region: "eu-west-1",
      expires_at: "2026-11-28T21:30:00.000Z",
      issued_at: at,
      ends_with_session: false,
      session_ends_at: null,
    },
  },
  rollbackKey: { params: providerParams, answer: key },
  repairKey: { params: providerParams, answer: key },
  createCompletion: {
    body: { provider: "openai", model_id: "gpt-4o", prompt: "Say hello.", stream: false },
    answer: { provider: "openai", model_id: "gpt-4o", request_id: requestId, ...done },
  },
  listPastRuns: {
    answer: {
      runs: [
        {
          run_id: run.run_id,
          at,
          models: ["openai#gpt-4o"],
          prompt_start: "Say hello.",
          failed: 0,
        },
      ],
      kept: true,
    },
  },
  keepPastRun: { body: { inputs: run.inputs, results: run.results }, answer: run },
  getPastRun: { params: { id: run.run_id }, answer: run },
  deletePastRun: { params: { id: run.run_id } },
  getOperation: { params: operationParams, answer: operation },
  stopOperation: { params: operationParams, answer: { ...operation, status: "stopped" } },
  resumeOperation: { params: operationParams, answer: operation },
  undoOperation: {
    params: operationParams,
    answer: {
      ...operation,
      operation_id: "c1a7b0de-94b2-4c56-8d5e-2f7f0a4d8e90",
      kind: "undo",
      title: "Undo: Switch 1 agent to openai#gpt-4o",
      undo_of: operationId,
    },
  },
  getUsage: {
    query: { from: "2026-11-01", to: "2026-11-28", group_by: "model" },
    answer: {
      from: "2026-11-01T00:00:00.000Z",
      to: "2026-11-29T00:00:00.000Z",
      period_seconds: 86_400,
      as_of: at,
      stale_because: null,
      total: figures,
      groups: [
        {
          ...figures,
          key: "openai#gpt-4o",
          name: "GPT-4o",
          series: [{ ...figures, at: "2026-11-28T00:00:00.000Z" }],
        },
      ],
    },
  },
  exportUsage: { query: { from: "2026-11-01", group_by: "agent" } },
  listBudgets: {
    answer: {
      budgets: [measured],
      month: { from: "2026-11-01T00:00:00.000Z", to: "2026-12-01T00:00:00.000Z" },
      as_of: at,
      stale_because: null,
    },
  },
  saveBudget: { body: { scope: "agent", key: "sql-agent", monthly_usd: 50 }, answer: budget },
  rollbackBudget: {
    params: { id: "agent:sql-agent" },
    body: { event_id: eventId },
    answer: budget,
  },
  evaluateBudgets: {
    answer: { as_of: at, budgets: [measured], unusual: [], alarms: { written: [], deleted: [] } },
  },
  runChecks: { answer: { findings: [finding], dismissed: [], as_of: at, unchecked: [] } },
  diagnoseRun: {
    body: { text: "States.QueryEvaluationError: missing field endpoint" },
    answer: {
      diagnoses: [
        {
          name: "missing field endpoint",
          cause: "The runtime's map has no entry for the agent's provider.",
          findings: [],
        },
      ],
    },
  },
  dismissFinding: {
    body: {
      code: "key_missing",
      subject: { kind: "key", id: "openai" },
      reason: "No agent uses OpenAI this month.",
      until: "2026-12-31",
    },
  },
  restoreFinding: { body: { code: "key_missing", subject: { kind: "key", id: "openai" } } },
  listActivity: { query: { entity: "model:openai#gpt-4o" }, answer: page },
  exportActivity: { query: { format: "csv", day: "2026-11-28" } },
  listTokens: { answer: { tokens: [token] } },
  createToken: {
    body: { name: "nightly-report", role: "viewer", expires_in_days: 90 },
    answer: { ...token, token: "swb_0123456789abcdef_…" },
  },
  revokeToken: {
    params: { id: token.id },
    answer: { ...token, state: "revoked", revoked_at: at, revoked_by: "alice@example.com" },
  },
  getOpenapi: {
    answer: {
      openapi: "3.1.0",
      info: { title: "Switchboard", version: "1" },
      paths: {},
      components: {},
    },
  },
  getHealth: { answer: { status: "ok" } },
  getReadiness: { answer: { status: "ready", missing: [] } },
  getSignIn: { params: { nextauth: "csrf" } },
  postSignIn: { params: { nextauth: "callback/local" } },
};

/** The sentence of a refusal, for codes of which one is typical. */
const details: Partial<Record<ErrorCode, string>> = {
  malformed: "The body is not valid JSON.",
  unauthenticated: "Sign in first.",
  forbidden: "This needs the role admin; you are viewer.",
  not_found: 'There is no model "openai#gpt-4".',
  model_exists: 'Model "openai#gpt-4o" is registered already.',
  too_large: "The body is larger than 1000000 bytes.",
  invalid: "input_price: A price cannot be negative",
  throttled: "More than 60 completions in a minute. Try again in 12 s.",
  internal: `Something went wrong here. Quote the request id ${requestId}.`,
};

export function problemExample(code: ErrorCode): Problem {
  const status = errorStatus[code];
  return {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail: details[code] ?? "What happened, to which thing, and what to do next.",
    code,
    request_id: requestId,
    ...(code === "invalid" && {
      errors: [{ path: "input_price", message: "A price cannot be negative" }],
    }),
  };
}
