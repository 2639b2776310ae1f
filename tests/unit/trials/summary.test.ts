import { expect, test } from "vitest";
import { pendingCell, type StoredCell, type StoredTarget } from "@/lib/trials/rules/stored-cell";
import { isSameTools, offerOf, spentUsd, summarizeTargets } from "@/lib/trials/rules/summary";
import type { TargetSummary } from "@/lib/trials/schema";

const target = (model_id: string, more: Partial<StoredTarget> = {}): StoredTarget => ({
  provider: "openai",
  model_id,
  is_present: false,
  timeout_ms: 30_000,
  monthly: null,
  digest: "",
  is_priced: true,
  ...more,
});
const present = target("gpt-4o", { is_present: true });
const other = target("gpt-4o-mini");

const answered = (index: number, at: number, more: Partial<StoredCell> = {}): StoredCell => ({
  ...pendingCell(index, at),
  outcome: "answered",
  stop_reason: "stop",
  latency_ms: 1_000,
  input_tokens: 100,
  output_tokens: 10,
  cost_usd: 0.001,
  ...more,
});
const failed = (index: number, at: number): StoredCell =>
  answered(index, at, { outcome: "failed", cost_usd: 0, input_tokens: null, output_tokens: null });
const recorded = (index: number, ...tools: string[]) => ({ index, recorded_tools: tools });
const unrecorded = (index: number) => ({ index, recorded_tools: null });

/** The figures of the second model. */
function figuresOfOther(
  cells: StoredCell[],
  cases: { index: number; recorded_tools: string[] | null }[] = cells.map((cell) =>
    unrecorded(cell.case),
  ),
  targets = [present, other],
): TargetSummary {
  const figures = summarizeTargets(targets, cells, cases)[1];
  if (!figures) throw new Error("There are two models.");
  return figures;
}

test.each([
  [[], [], true],
  [["a", "b"], ["b", "a", "b"], true],
  [["a"], [], false],
  [["a"], ["a", "b"], false],
])("%j and %j are the same tools: %j", (first, second, isSame) => {
  expect(isSameTools(first, second)).toBe(isSame);
});

type Row = [title: string, cells: StoredCell[], figures: Partial<TargetSummary>];

test.each<Row>([
  [
    "a failed cell counts among the finished, and its tool as unknown",
    [answered(0, 0), answered(0, 1), answered(1, 0), failed(1, 1)],
    { ok: 1, of: 2, total: 2, same_tool: 1, same_tool_of: 1, problems: ["failed"] },
  ],
  [
    "a case that the present model fails compares no tool",
    [failed(0, 0), answered(0, 1, { tools: ["a"] })],
    { ok: 1, of: 1, same_tool: 0, same_tool_of: 0, problems: [] },
  ],
  [
    "no tool where the present model calls one is another tool",
    [answered(0, 0, { tools: ["a"] }), answered(0, 1)],
    { same_tool: 0, same_tool_of: 1, problems: ["other_tool"] },
  ],
  [
    "invalid arguments and missed expectations count of those that were checked",
    [
      answered(0, 0),
      answered(0, 1, { arguments_valid: false, expectations_met: false }),
      answered(1, 0),
      answered(1, 1, { arguments_valid: true }),
    ],
    {
      arguments_valid: 1,
      arguments_valid_of: 2,
      expectations_met: 0,
      expectations_met_of: 1,
      problems: ["invalid_arguments", "expectation_missed"],
    },
  ],
  [
    "what the present model fails as well is no problem of another",
    [
      failed(0, 0),
      failed(0, 1),
      answered(1, 0, { arguments_valid: false, expectations_met: false }),
      answered(1, 1, { arguments_valid: false, expectations_met: false }),
    ],
    { ok: 1, of: 2, arguments_valid: 0, expectations_met: 0, problems: [] },
  ],
  [
    "but a model that never answers fails",
    [failed(0, 0), failed(0, 1)],
    { ok: 0, of: 1, problems: ["failed"] },
  ],
  [
    "a case that the present model hasn't finished excuses nothing",
    [pendingCell(0, 0), failed(0, 1), answered(1, 0), answered(1, 1)],
    { ok: 1, of: 2, problems: ["failed"] },
  ],
  [
    "cells that weren't sent leave it unfinished",
    [answered(0, 0), answered(0, 1), answered(1, 0), pendingCell(1, 1)],
    { ok: 1, of: 1, total: 2, problems: ["unfinished"] },
  ],
  [
    "more worse than better verdicts are a problem",
    [0, 1, 2].flatMap((index) => [
      answered(index, 0),
      answered(index, 1, { verdict: index === 0 ? "better" : "worse" }),
    ]),
    { judged: { better: 1, same: 0, worse: 2, unclear: 0 }, problems: ["judged_worse"] },
  ],
  [
    "as many worse as better ones are none",
    [0, 1].flatMap((index) => [
      answered(index, 0),
      answered(index, 1, { verdict: index === 0 ? "better" : "worse" }),
    ]),
    { judged: { better: 1, same: 0, worse: 1, unclear: 0 }, problems: [] },
  ],
  [
    "without a price there is no cost, but there are tokens",
    [answered(0, 0), answered(0, 1, { cost_usd: null })],
    { cost_usd: null, cost_per_call_usd: null, input_tokens: 100, output_tokens: 10 },
  ],
  [
    "a refused call costs nothing, and no answered call",
    [answered(0, 0), answered(0, 1, { cost_usd: 0.002 }), answered(1, 0), failed(1, 1)],
    { cost_usd: 0.002, cost_per_call_usd: 0.002 },
  ],
])("%s", (_, cells, figures) => {
  expect(figuresOfOther(cells)).toMatchObject(figures);
});

test("the tools of the run are compared where something was recorded", () => {
  const cells = [0, 1, 2].flatMap((index) => [
    answered(index, 0),
    answered(index, 1, { tools: ["a"] }),
  ]);
  const cases = [recorded(0, "a"), recorded(1), unrecorded(2)];
  expect(figuresOfOther(cells, cases)).toMatchObject({ same_as_run: 1, same_as_run_of: 2 });
});

test.each([
  [[400], 400, 400],
  [[100, 200], 100, 200],
  [Array.from({ length: 20 }, (_, index) => 20 - index), 10, 19],
  [[], null, null],
])("of latencies %j the median is %j and 95%% are within %j", (latencies, median_ms, p95_ms) => {
  const cells = latencies.map((latency_ms, index) => answered(index, 1, { latency_ms }));
  expect(figuresOfOther(cells)).toMatchObject({ median_ms, p95_ms });
});

const volume = { input_usd: 30, output_usd: 10 };
const priced = [
  { ...present, monthly: { input_usd: 60, output_usd: 40 } },
  target("m", { monthly: volume }),
];

test("a month is the agent's own usage, scaled by the tokens that the model took", () => {
  const cells = [
    answered(0, 0, { input_tokens: 100, output_tokens: 10 }),
    answered(0, 1, { input_tokens: 150, output_tokens: 5 }),
    // Only one of the two answered.
    answered(1, 0, { input_tokens: 9_000, output_tokens: 9_000 }),
    failed(1, 1),
  ];
  const [now, then] = summarizeTargets(priced, cells, [unrecorded(0), unrecorded(1)]);
  expect([now?.monthly_cost_usd, then?.monthly_cost_usd]).toEqual([100, 30 * 1.5 + 10 * 0.5]);
});

test("a month says how much of it is at a price that isn't the model's own", () => {
  const targets = [
    { ...present, monthly: { input_usd: 60, output_usd: 40, output_at: "base_price" as const } },
    target("m", { monthly: { ...volume, input_at: "by_family", output_at: "by_family" } }),
  ];
  const cells = [
    answered(0, 0, { input_tokens: 100, output_tokens: 10 }),
    answered(0, 1, { input_tokens: 150, output_tokens: 5 }),
  ];
  const [now, then] = summarizeTargets(targets, cells, [unrecorded(0)]);
  expect(now).toMatchObject({ monthly_cost_usd: 100, base_price_usd: 40 });
  expect(now).not.toHaveProperty("by_family_usd");
  expect(then).toMatchObject({ monthly_cost_usd: 50, by_family_usd: 50 });
  expect(
    figuresOfOther([answered(0, 0), failed(0, 1)], [unrecorded(0)], targets),
  ).not.toHaveProperty("by_family_usd");
});

test.each([
  ["tokens aren't reported", answered(0, 1, { input_tokens: null }), priced],
  ["no case was answered by both", failed(0, 1), priced],
  ["the usage or a price isn't known", answered(0, 1), [present, other]],
])("a month isn't known where %s", (_, cell, targets) => {
  const cells = [answered(0, 0), cell];
  expect(figuresOfOther(cells, [unrecorded(0)], targets).monthly_cost_usd).toBeNull();
});

const summary = (model_id: string, more: Partial<TargetSummary>): TargetSummary => ({
  ...figuresOfOther([answered(0, 0), answered(0, 1)]),
  model_id,
  ...more,
});

type Offer = [
  title: string,
  models: [id: string, usd: number | null, problems: TargetSummary["problems"], ok?: number][],
  offered: string | undefined,
];

test.each<Offer>([
  [
    "the one that answers most, if none answers all",
    [
      ["a", 1, [], 1],
      ["b", 3, [], 2],
      ["c", 2, [], 2],
    ],
    "c",
  ],
  [
    "the cheapest without problems",
    [
      ["a", 2, []],
      ["b", 1, []],
      ["c", 0.5, ["failed"]],
    ],
    "b",
  ],
  [
    "one without a price after all others",
    [
      ["a", null, []],
      ["b", 9, []],
    ],
    "b",
  ],
  ["one without a price if it is the only one", [["a", null, []]], "a"],
  ["none if each has a problem", [["a", 1, ["other_tool"]]], undefined],
])("what is offered is %s", (_, models, offered) => {
  const others = models.map(([model_id, cost_per_call_usd, problems, ok = 3]) =>
    summary(model_id, { cost_per_call_usd, problems, ok, of: 3 }),
  );
  const now = summary("now", { is_present: true, cost_per_call_usd: 0 });
  expect(offerOf([now, ...others])?.model_id).toBe(offered);
});

test("nothing is offered before the present model has finished", () => {
  const now = summary("now", { is_present: true, of: 1, total: 2 });
  expect(offerOf([now, summary("a", {})])).toBeNull();
});

test("neither the present model nor one that no case was sent to is offered", () => {
  const now = summary("now", { is_present: true });
  expect(offerOf([now, summary("a", { of: 0, ok: 0 })])).toBeNull();
});

test("what was spent counts the judge, and lost and sent calls at their most", () => {
  const cells = [
    answered(0, 0, { cost_usd: 0.1 }),
    answered(0, 1, { cost_usd: 0.2, judge_cost_usd: 0.01, lost_usd: 0.04 }),
    pendingCell(1, 0),
    { ...pendingCell(1, 1), sent_usd: 0.5 },
  ];
  expect(spentUsd(cells)).toBe(0.85);
});
