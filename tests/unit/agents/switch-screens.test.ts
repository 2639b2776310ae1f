import { describe, expect, test } from "vitest";
import { fixLink, stepState } from "@/components/agents/page/trace-labels";
import {
  bulkRequest,
  isBlocked,
  sourceModels,
  sourceProviders,
  worstFirst,
} from "@/components/agents/switch/bulk-plan";
import { agentRows } from "@/components/agents/table/agent-rows";
import { formatMonthlyCost, formatPresentCost } from "@/lib/agents/rules/monthly-cost";
import type { AgentRecord, AgentSwitch, Trace, TraceStep } from "@/lib/agents/schema";

import type { ModelRecord } from "@/lib/models/schema";
import { makeAgent } from "../checks/snapshot";

const on = (agent_name: string, more: Partial<AgentRecord>) => makeAgent({ agent_name, ...more });
const openai = { llm_provider: "openai", provider_id: "openai", llm_model: "gpt-4o" } as const;
const gemini = { llm_provider: "gemini", provider_id: "google", llm_model: "pro" } as const;
const nowhere = { llm_provider: null, provider_id: null, llm_model: null };
const rows = agentRows({
  agents: [on("one", openai), on("two", gemini), on("three", nowhere)],
  models: [],
  providers: [],
  mapped: ["openai"],
});
test("an agent whose row is found is flagged when the runtime does not map its provider", () => {
  const grok = { llm_provider: "xai", provider_id: "xai", llm_model: "grok" } as const;
  const wordsOf = (more: Partial<AgentRecord>) =>
    agentRows({
      agents: [on("a", more)],
      models: [],
      providers: [],
      mapped: ["openai"],
    })[0]?.flags.map(({ label }) => label);
  expect(wordsOf({ ...grok, resolves_to: "xai#grok" })).toEqual(["Provider not mapped"]);
  expect(wordsOf({ ...grok, resolves_to: "xai#grok", unified: false })).toEqual([]);
  expect(wordsOf({ ...grok, resolves_to: null })).toEqual(["Model not registered"]);
  expect(wordsOf({ ...nowhere, resolves_to: null })).toEqual(["Names no model"]);
  expect(wordsOf({ ...nowhere, resolves_to: null, unified: false })).toEqual([]);
  expect(wordsOf({ ...openai, resolves_to: "openai#gpt-4o" })).toEqual([]);
});

// Only these two are read.
const to = { provider: "anthropic", model_id: "claude" } as ModelRecord;
const source = { providerId: "", modelId: "" };

describe("what a bulk switch asks for", () => {
  test("a selection is one request, even across providers", () => {
    expect(bulkRequest({ selected: rows, source, to })).toEqual({
      agents: ["one", "two", "three"].map((agent_name) => ({ agent_name, version: "v1.0" })),
      to,
    });
  });

  test("a provider, or one of its models, needs no selection", () => {
    const of = (providerId: string, modelId: string) =>
      bulkRequest({ selected: null, source: { providerId, modelId }, to });
    expect(of("", "")).toBeNull();
    expect(of("google", "")).toEqual({ from: { provider: "google" }, to });
    expect(of("google", "pro")?.from).toEqual({ provider: "google", model_id: "pro" });
    expect(sourceProviders(rows).map(({ value }) => value)).toEqual(["google", "openai"]);
    expect(sourceModels(rows, "google")).toMatchObject([
      { label: "All its models", description: "1 agent" },
      { value: "pro", description: "1 agent" },
    ]);
  });

  const agentSwitch = (agent_name: string, more: Partial<AgentSwitch>): AgentSwitch => ({
    agent_name,
    version: "v1.0",
    outcome: "would_switch",
    message: null,
    findings: [],
    // biome-ignore lint/suspicious/noThenProperty: a member of the API
    monthly_cost_usd: { now: null, then: null },
    ...more,
  });
  const finding = {
    code: "agent_tools_unsupported",
    severity: "error",
    subject: { kind: "agent", id: "b/v1.0" },
    title: "No tools",
    evidence: "",
    fix: "",
  } as const;

  test("only findings can be overridden, and the refused stand first", () => {
    const blocked = agentSwitch("b", { outcome: "refused", findings: [finding] });
    const fixed = agentSwitch("a", { outcome: "refused", message: "older caller" });
    expect([blocked, fixed].map(isBlocked)).toEqual([true, false]);
    const sorted = worstFirst([
      agentSwitch("d", { outcome: "unchanged" }),
      agentSwitch("c", {}),
      blocked,
      fixed,
    ]);
    expect(sorted.map(({ agent_name }) => agent_name)).toEqual(["a", "b", "c", "d"]);
  });
});

describe("the labels of a trace", () => {
  const step = (name: TraceStep["step"], status: TraceStep["status"], more = {}): TraceStep => ({
    step: name,
    status,
    value: null,
    detail: "",
    fix: null,
    state: null,
    ...more,
  });
  const trace: Trace = {
    ok: false,
    would_fail_with: { error: "States.QueryEvaluationError", cause: "", state: null },
    source: "assumed",
    revision: null,
    read_at: null,
    assumed_because: { why: "", statement: null },
    machine: null,
    steps: [
      step("agent_row", "ok", { value: "a/v1.0" }),
      step("model_row", "broken", { fix: "Register the model." }),
      step("provider_mapping", "unknown"),
      step("key_state", "broken", { fix: "Paste a key." }),
      step("last_test", "unknown", { fix: "Test it." }),
    ],
  };

  test("the first broken step is marked; later steps are unreached or unknown", () => {
    const words = trace.steps.map((_, index) => stepState(trace, index).label);
    expect(words).toEqual(["OK", "Breaks here", "Not reached", "Broken too", "Not known"]);
    const older = { ...trace, steps: [step("model_row", "ok", { detail: "not read" })] };
    expect(stepState(older, 0)).toMatchObject({ label: "Not read", tone: "off" });
  });

  test("each fix links to the place where it is made", () => {
    const agent = { provider_id: "google", resolves_to: null } as const;
    const [, row, , key, last] = trace.steps;
    expect(row && fixLink(row, agent)?.label).toBe("Models");
    expect(row && fixLink(row, { ...agent, resolves_to: "google#pro" })).toBeNull();
    expect(key && fixLink(key, agent)?.href).toContain("key_provider=google");
    expect(last && fixLink(last, agent)).toBeNull();
  });
});

test("a month's cost keeps its significant digits, and an unknown cost isn't $0", () => {
  const words = (now: number | null, then: number | null) => formatMonthlyCost({ now, then });
  expect(words(41.2, 3.1)).toBe("$41.20 → $3.10");
  expect(words(0.00314, 0)).toBe("$0.0031 → $0.00");
  expect(words(null, 2)).toBe("not known → $2.00");
  expect(words(null, null)).toBe("not known: no usage or no price");
  expect(formatPresentCost({ now: 0.42, too_low: ["metrics"] })).toBe("$0.42 (too low)");
  expect(formatPresentCost({ now: null })).toBe("not known: no usage or no price");
});
