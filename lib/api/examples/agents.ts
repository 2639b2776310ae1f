import "server-only";
import type { Examples } from "./example";
import { agent, agentParams, cost, eventId, finding, page } from "./records";

export const agentExamples = {
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
          state: "Load LLM Provider Config",
        },
      ],
      source: "definition",
      revision: "8b1f0c2e-5d0a-4c6b-9a1e-0f5c7f1f2a3b",
      read_at: "2026-11-22T10:00:00.000Z",
      assumed_because: null,
      machine: {
        name: "sql-agent-prod",
        machine_version: null,
        alias: null,
        shape: "unified",
        tables: ["AgentRegistry-prod", "LLMModels-prod", "ToolRegistry-prod"],
        agent_name: "sql-agent",
        version: "v1.0",
        reads_models: true,
        default_provider: "anthropic",
        default_model: "claude-3-5-sonnet-20241022",
        secret_path: "/ai-agent/llm-secrets/prod",
        temperature: 0.7,
        max_tokens: 4096,
        timeout_seconds: 30,
        tools: ["execute_sql_query"],
        providers: [
          {
            provider: "openai",
            endpoint: "https://api.openai.com/v1/chat/completions",
            secret_path: "/ai-agent/llm-secrets/prod",
            secret_key_name: "OPENAI_API_KEY",
            transformer: "openai_v1",
            timeout_seconds: 30,
          },
        ],
        bedrock_region: "eu-west-1",
      },
    },
  },
  getAgentHealth: {
    params: agentParams,
    query: { from: "2026-11-08", to: "2026-11-22" },
    answer: {
      from: "2026-11-08T00:00:00.000Z",
      to: "2026-11-22T00:00:00.000Z",
      period_seconds: 86_400,
      as_of: "2026-11-22T10:00:00.000Z",
      series: [
        {
          at: "2026-11-21T00:00:00.000Z",
          started: 34,
          succeeded: 33,
          failed: 1,
          timed_out: 0,
          aborted: 0,
        },
      ],
      changes: [
        {
          at: "2026-11-12T09:30:00.000Z",
          event_id: eventId,
          kind: "switch",
          what: "Model changed from gpt-4o to gpt-4o-mini",
        },
      ],
      since_switch: {
        at: "2026-11-12T09:30:00.000Z",
        event_id: eventId,
        from: { provider: "openai", model_id: "gpt-4o" },
        to: { provider: "openai", model_id: "gpt-4o-mini" },
        before: {
          from: "2026-10-13T09:30:00.000Z",
          runs: 130,
          failed: 1,
          median_ms: 6900,
          cost_per_run_usd: 0.03,
        },
        after: {
          from: "2026-11-12T09:30:00.000Z",
          runs: 42,
          failed: 0,
          median_ms: 8200,
          cost_per_run_usd: 0.011,
        },
        verdict: "similar",
      },
      notes: [],
    },
  },
  listRecentRuns: {
    answer: {
      as_of: "2026-11-22T10:00:00.000Z",
      unread: null,
      agents: [
        {
          agent_name: "sql-agent",
          version: "v1.0",
          last_run_at: "2026-11-22T09:55:00.000Z",
          runs: 34,
          failed: 1,
        },
      ],
      unknown: [
        {
          agent_name: "sql-agent",
          version: "v0.9",
          why: "Never read by its machine: the machine reads sql-agent v1.0, and its runs belong to that row.",
        },
      ],
      shared: [],
    },
  },
  preflightAgent: {
    params: agentParams,
    query: { provider: "openai", model_id: "gpt-4o" },
    answer: {
      ok: false,
      findings: [finding],
      monthly_cost_usd: cost,
      runtime_test: null,
      runtime_test_cost: { calls: 2, max_usd: 0.083 },
      evidence: null,
    },
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
} satisfies Examples;
