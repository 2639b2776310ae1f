import type { ModelRecord } from "@/lib/models/schema";
import type { CaseSummary } from "@/lib/trials/rules/case-schema";
import type {
  TargetSummary,
  Trial,
  TrialCaseDetails,
  TrialCell,
  TrialEstimate,
} from "@/lib/trials/schema";
import { model } from "../models/model";

const registered = (provider: string, model_id: string, display_name: string): ModelRecord => ({
  ...model,
  pk: `${provider}#${model_id}`,
  provider,
  // The fixtures name providers by their ID.
  provider_id: provider as ModelRecord["provider_id"],
  model_id,
  display_name,
});

/** The present model, one that does as well, one that is refused, and one that answers differently. */
export const models = [
  registered("openai", "gpt-4o", "GPT-4o"),
  registered("anthropic", "claude-haiku-4-5", "Claude Haiku 4.5"),
  registered("openai", "gpt-5-mini", "GPT-5 mini"),
  registered("bedrock", "eu.amazon.nova-lite-v1:0", "Nova Lite"),
];

const questions = [
  "How many orders did we ship to Norway last week?",
  "List the five best customers of 2026, with what each of them spent and the country they live in.",
  "Which column holds the VAT rate?",
  "Delete last month's test orders.",
];

function caseOf(index: number): CaseSummary {
  return {
    index,
    kind: index % 3 === 2 ? "after_tool" : "first_call",
    run_id: `run-${index}`,
    recorded_tools: ["execute_sql_query"],
    has_expectation: false,
    title: questions[index % questions.length] ?? null,
  };
}

export function cellOf(index: number, target: number, changes: Partial<TrialCell> = {}): TrialCell {
  return {
    case: index,
    target,
    outcome: "answered",
    stop_reason: "tool_use",
    text: "",
    tool_calls: [
      {
        id: "call-1",
        name: "execute_sql_query",
        arguments: { query: `SELECT count(*) FROM orders -- ${target}`, limit: 5 },
      },
    ],
    tools: ["execute_sql_query"],
    arguments_valid: true,
    arguments_errors: [],
    same_tool: true,
    same_as_run: true,
    expectations_met: null,
    latency_ms: 2_000 + 30 * index,
    timed_out: false,
    input_tokens: 1_200,
    output_tokens: 60,
    cost_usd: 0.0036,
    would_fail_with: null,
    explained: null,
    verdict: null,
    judge_cost_usd: null,
    simulated: false,
    ...changes,
  };
}

function cellsOf(index: number): TrialCell[] {
  const isOdd = index % 2 === 1;
  return [
    cellOf(index, 0),
    cellOf(index, 1, { latency_ms: 1_400, cost_usd: 0.0012 }),
    cellOf(index, 2, {
      outcome: "failed",
      stop_reason: null,
      text: null,
      tool_calls: [],
      tools: [],
      arguments_valid: null,
      same_tool: null,
      same_as_run: null,
      latency_ms: 310,
      input_tokens: null,
      output_tokens: null,
      cost_usd: null,
      would_fail_with: {
        error: "&alloc::boxed::Box<dyn core::error::Error>",
        cause:
          "Provider API error: openai returned 400: Unsupported parameter: 'max_tokens' is not supported",
        state: "Call LLM",
      },
      explained: {
        code: "provider_refused",
        title: "The provider refused the request",
        fix: "Choose a model that takes the runtime's request.",
      },
    }),
    cellOf(index, 3, {
      latency_ms: 3_100,
      cost_usd: 0.0007,
      ...(isOdd
        ? {
            tools: ["get_db_schema"],
            tool_calls: [{ id: "call-1", name: "get_db_schema", arguments: { table: "orders" } }],
            same_tool: false,
          }
        : { arguments_valid: false, arguments_errors: ["/limit must be integer"] }),
    }),
  ];
}

const figures: Partial<TargetSummary>[] = [
  {
    is_present: true,
    median_ms: 2_045,
    p95_ms: 2_300,
    cost_per_call_usd: 0.0036,
    monthly_cost_usd: 31.02,
  },
  { median_ms: 1_400, p95_ms: 1_400, cost_per_call_usd: 0.0012, monthly_cost_usd: 11.28 },
  {
    median_ms: null,
    p95_ms: null,
    cost_per_call_usd: null,
    monthly_cost_usd: null,
    problems: ["failed"],
  },
  {
    median_ms: 3_100,
    p95_ms: 3_100,
    cost_per_call_usd: 0.0007,
    monthly_cost_usd: 6.58,
    problems: ["other_tool", "invalid_arguments"],
  },
];

function targetOf(at: number, cells: readonly TrialCell[]): TargetSummary {
  const own = cells.filter(({ target }) => target === at);
  const finished = own.filter(({ outcome }) => outcome !== "pending");
  const share = (values: (boolean | null)[]) => ({
    met: values.filter((value) => value === true).length,
    of: values.filter((value) => value !== null).length,
  });
  const [tool, run, valid] = (["same_tool", "same_as_run", "arguments_valid"] as const).map(
    (name) => share(finished.map((cell) => cell[name])),
  );
  return {
    provider: models[at]?.provider ?? "",
    model_id: models[at]?.model_id ?? "",
    is_present: false,
    ok: finished.filter(({ outcome }) => outcome === "answered").length,
    of: finished.length,
    total: own.length,
    same_tool: tool?.met ?? 0,
    same_tool_of: tool?.of ?? 0,
    same_as_run: run?.met ?? 0,
    same_as_run_of: run?.of ?? 0,
    arguments_valid: valid?.met ?? 0,
    arguments_valid_of: valid?.of ?? 0,
    expectations_met: 0,
    expectations_met_of: 0,
    judged: null,
    median_ms: null,
    p95_ms: null,
    timeout_ms: 30_000,
    input_tokens: 1_200 * finished.length,
    output_tokens: 60 * finished.length,
    cost_usd: null,
    cost_per_call_usd: null,
    monthly_cost_usd: null,
    problems: [],
    ...figures[at],
  };
}

/** A trial of four models, of which the second does as well as the present one. */
export function trialOf(count: number, changes: Partial<Trial> = {}): Trial {
  const cells = changes.cells ?? Array.from({ length: count }, (_, index) => cellsOf(index)).flat();
  return {
    id: "trial-1",
    agent_name: "sql-agent",
    version: "v1.0",
    batch: null,
    status: "done",
    missing: null,
    created_at: "2026-11-22T10:00:00.000Z",
    created_by: "admin",
    finished_at: "2026-11-22T10:01:00.000Z",
    limit_usd: 1,
    spent_usd: 0.055,
    cases: count,
    runs: count,
    source: "runs",
    assumed_because: null,
    calls: {
      total: cells.length,
      done: cells.filter(({ outcome }) => outcome !== "pending").length,
    },
    targets: models.map((_, at) => targetOf(at, cells)),
    offer: { provider: "anthropic", model_id: "claude-haiku-4-5" },
    judge: null,
    texts_until: "2026-12-22T10:00:00.000Z",
    texts_deleted_at: null,
    case_list: Array.from({ length: count }, (_, index) => caseOf(index)),
    cells,
    ...changes,
  };
}

/** A trial as viewers receive it. */
export function withoutTexts(trial: Trial): Trial {
  return {
    ...trial,
    case_list: trial.case_list.map((entry) => ({ ...entry, title: null })),
    cells: trial.cells.map((cell) => ({
      ...cell,
      text: null,
      tool_calls: null,
      arguments_errors: null,
    })),
  };
}

export function detailsOf({ case_list, cells }: Trial, index: number): TrialCaseDetails | null {
  const entry = case_list[index];
  if (!entry) return null;
  return {
    ...entry,
    messages: [{ role: "user", content: entry.title ?? "" }],
    expect: null,
    recorded: {
      provider: "openai",
      model_id: "gpt-4o",
      text: "I will look that up.",
      tool_calls: [
        {
          id: "call-0",
          name: "execute_sql_query",
          arguments: { query: "SELECT count(*) FROM orders" },
        },
      ],
      input_tokens: 1_180,
      output_tokens: 58,
      latency_ms: 2_210,
    },
    cells: cells.filter((cell) => cell.case === index),
  };
}

/** What the cases of a trial would cost once more. */
export function estimateOf({ case_list, cells, targets, limit_usd }: Trial): TrialEstimate {
  return {
    cases: case_list,
    calls: cells.length,
    targets: targets.map(({ provider, model_id, is_present }) => ({
      provider,
      model_id,
      is_present,
      expected_usd: 0.01,
      max_usd: 0.05,
      max_call_usd: 0.02,
    })),
    judge_expected_usd: 0.001,
    expected_usd: 0.041,
    max_usd: 0.2,
    limit_usd,
    notes: [],
    judge_prompt: "Compare the two answers.",
  };
}
