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
} satisfies Examples;
