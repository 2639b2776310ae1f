import { expect, test } from "vitest";
import { describeEvidence } from "@/lib/trials/rules/evidence";
import type { TargetSummary } from "@/lib/trials/schema";

const fine: TargetSummary = {
  provider: "openai",
  model_id: "gpt-4o-mini",
  is_present: false,
  ok: 12,
  of: 12,
  total: 12,
  same_tool: 11,
  same_tool_of: 12,
  same_as_run: 12,
  same_as_run_of: 12,
  arguments_valid: 12,
  arguments_valid_of: 12,
  expectations_met: 0,
  expectations_met_of: 0,
  judged: null,
  median_ms: 900,
  p95_ms: 1200,
  timeout_ms: 30_000,
  input_tokens: 12,
  output_tokens: 12,
  cost_usd: 0.1,
  cost_per_call_usd: 0.01,
  monthly_cost_usd: 1,
  problems: [],
};
const runs = { source: "runs", cases: 12, runs: 12 } as const;

test("a trial's evidence names the runs, the answers and the tools", () => {
  expect(describeEvidence(runs, fine)).toBe(
    "tried on 12 of its own runs: 12 answered, same tool 11",
  );
  expect(describeEvidence({ ...runs, runs: 7 }, { ...fine, is_present: true })).toBe(
    "tried on 12 calls of 7 of its own runs: 12 answered",
  );
  expect(describeEvidence({ source: "set", cases: 12, runs: 0 }, fine)).toMatch(
    /^tried on 12 cases of a saved set: /,
  );
});

test("a trial's evidence names what speaks against the model", () => {
  const poor: TargetSummary = {
    ...fine,
    ok: 8,
    of: 10,
    same_tool: 6,
    same_tool_of: 7,
    arguments_valid: 5,
    arguments_valid_of: 8,
    expectations_met: 1,
    expectations_met_of: 2,
    judged: { better: 0, same: 5, worse: 3, unclear: 0 },
  };
  expect(describeEvidence(runs, poor)).toBe(
    "tried on 12 of its own runs: 8 answered, 2 failed, same tool 6 of 7, invalid arguments in 3, expectations missed in 1, judged worse in 3, 2 not sent",
  );
});
