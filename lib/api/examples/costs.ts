import "server-only";
import type { Examples } from "./example";
import { at, budget, eventId, figures, measured } from "./records";

export const costExamples = {
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
      other_environments: [
        { environment: "dev", input_tokens: 42_000, output_tokens: 3_100, agents: ["sql-agent"] },
      ],
    },
  },
  getRunCosts: {
    query: { from: "2026-11-01", to: "2026-11-28" },
    answer: {
      from: "2026-11-01T00:00:00.000Z",
      to: "2026-11-29T00:00:00.000Z",
      agents: [{ key: "sql-agent", runs: 642, cost_per_run_usd: 0.031, by_family_usd: 0.004 }],
      models: [{ key: "openai#gpt-4o", runs: 642, cost_per_run_usd: 0.031 }],
      unread: null,
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
    answer: {
      as_of: at,
      budgets: [measured],
      unusual: [],
      alarms: { written: [], deleted: [], remaining: 0 },
    },
  },
} satisfies Examples;
