import "server-only";
import type { CaseSet, CaseSummary } from "@/lib/trials/rules/case-schema";
import type { Batch, TargetSummary, TrialCell, TrialSummary } from "@/lib/trials/schema";
import type { Examples } from "./example";
import { agentParams } from "./records";

const id = "20261122T100000000Z-3f0c7a52";
const trialParams = { ...agentParams, id };
const present = { provider: "openai", model_id: "gpt-4o" };
const other = { provider: "openai", model_id: "gpt-4o-mini" };

const target: TargetSummary = {
  ...present,
  is_present: true,
  ok: 1,
  of: 1,
  total: 1,
  same_tool: 1,
  same_tool_of: 1,
  same_as_run: 1,
  same_as_run_of: 1,
  arguments_valid: 1,
  arguments_valid_of: 1,
  expectations_met: 0,
  expectations_met_of: 0,
  judged: null,
  median_ms: 1980,
  p95_ms: 1980,
  timeout_ms: 30000,
  input_tokens: 265,
  output_tokens: 25,
  cost_usd: 0.0009125,
  cost_per_call_usd: 0.0009125,
  monthly_cost_usd: 12.4,
  problems: [],
};

const targets: TargetSummary[] = [
  target,
  {
    ...target,
    ...other,
    is_present: false,
    median_ms: 900,
    p95_ms: 900,
    cost_usd: 0.00005475,
    cost_per_call_usd: 0.00005475,
    monthly_cost_usd: 0.74,
    by_family_usd: 0.74,
  },
];

const summary: TrialSummary = {
  id,
  ...{ agent_name: agentParams.name, version: agentParams.version },
  batch: null,
  status: "done",
  missing: null,
  created_at: "2026-11-22T10:00:00.000Z",
  created_by: "ada@example.com",
  finished_at: "2026-11-22T10:00:04.000Z",
  limit_usd: 1,
  spent_usd: 0.00096725,
  cases: 1,
  runs: 1,
  source: "runs",
  assumed_because: null,
  calls: { total: 2, done: 2 },
  targets,
  offer: other,
  judge: null,
  texts_until: "2026-12-22T10:00:00.000Z",
  texts_deleted_at: null,
};

const caseSummary: CaseSummary = {
  index: 0,
  kind: "first_call",
  run_id: "3f0c7a52-6f0e-4a1b-8d3f-2f1f0b8c9d10",
  recorded_tools: ["run_query"],
  has_expectation: false,
  title: "Which month had the highest revenue?",
};

const call = { id: "call_1", name: "run_query", arguments: { sql: "SELECT 1" } };

const cell: TrialCell = {
  case: 0,
  target: 0,
  outcome: "answered",
  stop_reason: "tool_calls",
  text: "",
  tool_calls: [call],
  tools: ["run_query"],
  arguments_valid: true,
  arguments_errors: [],
  same_tool: true,
  same_as_run: true,
  expectations_met: null,
  latency_ms: 1980,
  timed_out: false,
  input_tokens: 265,
  output_tokens: 25,
  cost_usd: 0.0009125,
  would_fail_with: null,
  explained: null,
  verdict: null,
  judge_cost_usd: null,
  simulated: false,
};

const cells: TrialCell[] = [
  cell,
  { ...cell, target: 1, latency_ms: 900, cost_usd: 0.00005475, same_tool: true },
];

const body = { targets: [other], cases: { last_runs: 10 }, limit_usd: 1 };
const messages = [{ role: "user" as const, content: "Which month had the highest revenue?" }];
const cases = [{ messages, expect: { tool: "run_query" } }];

const set: CaseSet = {
  id: "7a1f6f0e-4a1b-4d3f-8f1f-0b8c9d103f0c",
  name: "Revenue questions",
  case_count: 1,
  bytes: 118,
  max_bytes: 400000,
  updated_at: "2026-11-22T10:00:00.000Z",
  updated_by: "ada@example.com",
  etag: "dQw4w9WgXcQ0000000000a",
  cases,
};
const { cases: _, ...setSummary } = set;
const setParams = { ...agentParams, id: set.id };

const batch: Batch = {
  batch: "9d10-example",
  agents: [
    {
      agent_name: agentParams.name,
      version: agentParams.version,
      message: null,
      trial: summary,
      worse: false,
    },
  ],
};

export const trialExamples = {
  listTrials: { params: agentParams, answer: { trials: [summary] } },
  startTrial: { params: agentParams, body, answer: { id } },
  estimateTrial: {
    params: agentParams,
    body,
    answer: {
      cases: [caseSummary],
      calls: 2,
      targets: [
        {
          ...present,
          is_present: true,
          expected_usd: 0.0009,
          max_usd: 0.0416,
          max_call_usd: 0.0416,
        },
        {
          ...other,
          is_present: false,
          expected_usd: 0.00006,
          max_usd: 0.0025,
          max_call_usd: 0.0025,
        },
      ],
      judge_expected_usd: null,
      expected_usd: 0.00096,
      max_usd: 0.0441,
      limit_usd: 1,
      notes: [],
      judge_prompt: "Compare two answers.",
    },
  },
  getTrial: { params: trialParams, answer: { ...summary, case_list: [caseSummary], cells } },
  deleteTrial: { params: trialParams },
  getTrialCase: {
    params: { ...trialParams, index: "0" },
    answer: { ...caseSummary, messages, expect: null, recorded: null, cells },
  },
  stopTrial: { params: trialParams, answer: summary },
  resumeTrial: { params: trialParams, body: { limit_usd: 2 }, answer: summary },
  startTrialBatch: {
    body: {
      agents: [{ agent_name: agentParams.name, version: agentParams.version }],
      to: other,
      last_runs: 3,
    },
    answer: batch,
  },
  getTrialBatch: { params: { id: batch.batch }, answer: batch },
  listCaseSets: { params: agentParams, answer: { case_sets: [setSummary] } },
  createCaseSet: { params: agentParams, body: { name: set.name, cases }, answer: set },
  getCaseSet: { params: setParams, answer: set },
  saveCaseSet: { params: setParams, body: { name: set.name, cases }, answer: set },
  deleteCaseSet: { params: setParams },
  exportCaseSet: { params: setParams },
} satisfies Examples;
