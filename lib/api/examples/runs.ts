import "server-only";
import type { RunDetails } from "@/lib/runs/schema";
import type { Examples } from "./example";
import { agentParams } from "./records";

const id = "3f0c7a52-6f0e-4a1b-8d3f-2f1f0b8c9d10";
const arn = `arn:aws:states:eu-west-1:123456789012:execution:sql-agent-prod:${id}`;
const runParams = { ...agentParams, id };

const run = {
  id,
  arn,
  status: "succeeded",
  started_at: "2026-11-22T10:00:00.000Z",
  stopped_at: "2026-11-22T10:00:02.400Z",
  duration_ms: 2400,
  redrive_count: 0,
  provider: "openai",
  model_id: "gpt-4o",
  input_tokens: 265,
  output_tokens: 25,
  cost_usd: 0.0009125,
  missing: null,
  too_low: null,
  waiting: null,
  error: null,
  cause: null,
  explained: null,
} as const;

const machineUrl =
  "https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/statemachines/view/arn%3Aaws%3Astates%3Aeu-west-1%3A123456789012%3AstateMachine%3Asql-agent-prod";

const details: RunDetails = {
  ...run,
  steps: [
    {
      state: "Call Unified LLM",
      type: "Task",
      status: "succeeded",
      entered_at: "2026-11-22T10:00:00.300Z",
      exited_at: "2026-11-22T10:00:02.300Z",
      depth: 0,
      error: null,
      cause: null,
      input: "{}",
      output: "{}",
    },
  ],
  messages: [
    { role: "user", parts: [{ type: "text", text: "Which month had the highest revenue?" }] },
    { role: "assistant", parts: [{ type: "text", text: "October." }] },
  ],
  model_calls: [
    {
      provider: "openai",
      model_id: "gpt-4o",
      input_tokens: 265,
      output_tokens: 25,
      cost_usd: 0.0009125,
      latency_ms: 1980,
      at: "2026-11-22T10:00:02.300Z",
      stop_reason: "stop",
      failed: false,
    },
  ],
  input: '{"messages":[{"role":"user","content":"Which month had the highest revenue?"}]}',
  output: "{}",
  can_start: true,
  console_url: machineUrl,
};

export const runExamples = {
  listRuns: {
    params: agentParams,
    query: { status: "succeeded" },
    answer: {
      runs: [run],
      cursor: null,
      unavailable: null,
      notes: [],
      can_start: true,
      console_url: machineUrl,
    },
  },
  getRun: { params: runParams, answer: details },
  startRun: {
    params: agentParams,
    body: { message: "Which month had the highest revenue?" },
    answer: { id },
  },
  stopRun: { params: runParams, answer: { id } },
} satisfies Examples;
