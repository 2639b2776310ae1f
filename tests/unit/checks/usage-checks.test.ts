import { expect, test } from "vitest";
import type { BudgetProgress, MeasuredBudget, UsageDay } from "@/lib/budgets/schema";
import { findingsOf } from "@/lib/checks/rules/checks";
import { makeSnapshot } from "./snapshot";

const exceeded: BudgetProgress = {
  spent_usd: 61.5,
  unpriced_tokens: 0,
  used_percent: 123,
  forecast_usd: 80,
  forecast_percent: 160,
  state: "exceeded",
};

function aBudget(progress: BudgetProgress | null): MeasuredBudget {
  return {
    scope: "agent",
    key: "sql-agent",
    id: "agent:sql-agent",
    monthly_usd: 50,
    created_at: "2026-11-01T00:00:00Z",
    updated_at: "2026-11-01T00:00:00Z",
    updated_by: "ada",
    etag: "e",
    progress,
  };
}

const spent = { provider: new Map(), model: new Map(), agent: new Map() };

const found = (progress: BudgetProgress | null) =>
  findingsOf(makeSnapshot({ usage: { budgets: [aBudget(progress)], unusual: [], spent } }));

test("an exceeded budget is an error that leads to the budget", () => {
  expect(found(exceeded)).toEqual([
    {
      code: "budget_exceeded",
      severity: "error",
      subject: { kind: "budget", id: "agent:sql-agent" },
      title: "The budget of agent sql-agent is exceeded",
      evidence: "$61.50 of $50.00 are spent this month; as it goes, it ends at $80.00.",
      fix: "Move its agents to a cheaper model, or raise the budget.",
      action: {
        label: "Change the budget",
        href: "/costs?tab=budgets&budget=agent%3Asql-agent",
      },
      affects: { agents: 0, month_usd: null },
    },
  ]);
});

test("a budget that the forecast exceeds is a warning; a sufficient one, or one of unknown use, has no finding", () => {
  const heading = { ...exceeded, spent_usd: 40, state: "heading_over" } as const;
  expect(found(heading)).toMatchObject([{ code: "budget_exceeded", severity: "warning" }]);
  expect(found({ ...exceeded, state: "within" })).toEqual([]);
  expect(found({ ...exceeded, spent_usd: null, state: "unknown" })).toEqual([]);
  expect(found(null)).toEqual([]);
  expect(findingsOf(makeSnapshot({ usage: null }))).toEqual([]);
});

test("with unpriced tokens the evidence says at least", () => {
  const [finding] = found({ ...exceeded, unpriced_tokens: 12_000 });
  expect(finding?.evidence).toBe(
    "At least $61.50 of $50.00 are spent this month; as it goes, it ends at least at $80.00. 12,000 tokens have no price.",
  );
});

test("an unusual day is a warning that links to its usage", () => {
  const day: UsageDay = {
    scope: "provider",
    key: "openai",
    name: "OpenAI",
    day: "2026-11-22",
    tokens: 9_000_000,
    median_tokens: 1_500_000,
    limit_tokens: 4_500_000,
    percent: 200,
  };
  expect(findingsOf(makeSnapshot({ usage: { budgets: [], unusual: [day], spent } }))).toMatchObject(
    [
      {
        code: "usage_unusual",
        severity: "warning",
        subject: { kind: "provider", id: "openai" },
        title: "OpenAI used 6 times as much as usual on 2026-11-22",
        evidence:
          "9,000,000 tokens on that day (UTC); the median of the 14 days before is 1,500,000. More than 4,500,000 are unusual.",
        action: { href: "/costs?range=30d&group_by=provider&within=openai" },
      },
    ],
  );
});

test("the cost of a run in a finding says whose price it is at", () => {
  const side = { from: "2026-11-27T00:00:00Z", runs: 40, failed: 0, median_ms: null };
  const failing = {
    agent_name: "sql-agent",
    version: "v1.0",
    runs: 12,
    failed: 9,
    shared: null,
    latest: null,
    since_switch: {
      at: "2026-11-28T09:00:00Z",
      event_id: "e1",
      from: { provider: "openai", model_id: "gpt-4o" },
      to: { provider: "anthropic", model_id: "claude-sonnet-5-9" },
      before: { ...side, cost_per_run_usd: 0.03 },
      after: { ...side, runs: 12, failed: 9, cost_per_run_usd: 0.02, by_family_usd: 0.02 },
      verdict: "more_failures" as const,
    },
  };
  const [finding] = findingsOf(makeSnapshot({ failing: [failing] }));
  expect(finding?.code).toBe("agent_failing_since_switch");
  expect(finding?.evidence).toContain("$0.02 a run, $0.02 of it at a price by family.");
  expect(finding?.evidence).toContain("$0.03 a run. ");
});
