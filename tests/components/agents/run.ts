import { vi } from "vitest";
import type { AgentRecord } from "@/lib/agents/schema";
import type { CheckReport } from "@/lib/checks/schema";
import type { Run, RunDetails, RunList } from "@/lib/runs/schema";

export const agent: AgentRecord = {
  agent_name: "sql-agent",
  version: "v1.0",
  status: "active",
  description: null,
  system_prompt: "You are brief.",
  llm_provider: "openai",
  llm_model: "gpt-4o",
  provider_id: "openai",
  state_machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:sql-agent-prod",
  deployment_env: "prod",
  tools: [{ tool_name: "get_weather" }],
  parameters: {},
  metadata: {},
  observability: {},
  created_at: null,
  updated_at: null,
  unified: true,
  resolves_to: "openai#gpt-4o",
  defects: [],
  reverted: null,
  etag: "1",
};

export const waiting: NonNullable<Run["waiting"]> = {
  state: "Approve",
  activity: "approvals",
  tool: "send_email",
  since: "2026-11-22T10:00:00.000Z",
};

const arnOf = (id: string) =>
  `arn:aws:states:eu-west-1:123456789012:execution:sql-agent-prod:${id}`;

export function runOf(id: string, changes: Partial<Run> = {}): Run {
  return {
    id,
    arn: arnOf(id),
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
    ...changes,
  };
}

export function detailsOf(id: string, changes: Partial<RunDetails> = {}): RunDetails {
  return {
    ...runOf(id),
    steps: [],
    messages: [],
    model_calls: [],
    input: null,
    output: null,
    can_start: true,
    console_url: "https://eu-west-1.console.aws.amazon.com/states/home",
    ...changes,
  };
}

export function listOf(runs: Run[], changes: Partial<RunList> = {}): RunList {
  return {
    runs,
    cursor: null,
    unavailable: null,
    notes: [],
    can_start: true,
    console_url: null,
    ...changes,
  };
}

/** Stubs the API's answers by the end of the path. Returns the requests that it received. */
export function stubApi(answers: Record<string, () => unknown>) {
  const requests: { method: string; address: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (address: string, { method, body }: RequestInit) => {
    requests.push({
      method: method ?? "GET",
      address,
      body: typeof body === "string" ? JSON.parse(body) : undefined,
    });
    const path = address.split("?")[0] ?? "";
    const [, read] = Object.entries(answers).find(([end]) => path.endsWith(end)) ?? [];
    const value = read?.();
    return value instanceof Response ? value : Response.json(value ?? null);
  });
  return requests;
}

export const noFindings: CheckReport = {
  findings: [],
  dismissed: [],
  as_of: "2026-11-22T10:00:00.000Z",
  unchecked: [],
};
