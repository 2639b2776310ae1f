import Big from "big.js";
import { providerIdOf } from "@/lib/providers/schema";
import type { TargetProblem, TargetSummary, TrialSummary } from "@/lib/trials/schema";
import { uncountedTokens } from "@/lib/usage/rules/too-low";
import type { StoredCell, StoredTarget } from "./stored-cell";

type Recorded = { index: number; recorded_tools: string[] | null };

/** Same tools, whatever their order and however often. */
export function isSameTools(a: readonly string[], b: readonly string[]): boolean {
  const [first, second] = [new Set(a), new Set(b)];
  return first.size === second.size && [...first].every((name) => second.has(name));
}

/** Null if one of them wasn't answered. */
export function isSameTool(
  cell: StoredCell | undefined,
  present: StoredCell | undefined,
): boolean | null {
  if (cell?.outcome !== "answered" || present?.outcome !== "answered") return null;
  return isSameTools(cell.tools, present.tools);
}

/** Null if the cell wasn't answered, or nothing was recorded. */
export function isSameAsRun(cell: StoredCell, recorded: string[] | null): boolean | null {
  if (cell.outcome !== "answered" || recorded === null) return null;
  return isSameTools(cell.tools, recorded);
}

const cellKey = ({ case: index, target }: Pick<StoredCell, "case" | "target">) =>
  `${index} ${target}`;

/** The figures of each model over its finished cells. */
export function summarizeTargets(
  targets: readonly StoredTarget[],
  cells: readonly StoredCell[],
  cases: readonly Recorded[],
): TargetSummary[] {
  const byKey = new Map(cells.map((cell) => [cellKey(cell), cell]));
  const recorded = new Map(cases.map(({ index, recorded_tools }) => [index, recorded_tools]));
  const presentIndex = targets.findIndex(({ is_present }) => is_present);
  const presentOf = ({ case: index }: StoredCell) =>
    byKey.get(cellKey({ case: index, target: presentIndex }));
  // The agent's usage is that of the present model.
  const present = targets[presentIndex];
  const tooLow = present && uncountedTokens(providerIdOf(present.provider), present.model_id);
  return targets.map((target, index) => {
    const all = cells.filter((cell) => cell.target === index);
    const finished = all.filter(({ outcome }) => outcome !== "pending");
    const answered = finished.filter(({ outcome }) => outcome === "answered");
    const share = (values: (boolean | null)[]) => ({
      met: values.filter((value) => value === true).length,
      of: values.filter((value) => value !== null).length,
    });
    const sameTool = share(finished.map((cell) => isSameTool(cell, presentOf(cell))));
    const sameAsRun = share(
      finished.map((cell) => isSameAsRun(cell, recorded.get(cell.case) ?? null)),
    );
    const valid = share(finished.map(({ arguments_valid }) => arguments_valid));
    const met = share(finished.map(({ expectations_met }) => expectations_met));
    const latencies = answered.flatMap(({ latency_ms }) => latency_ms ?? []);
    const costs = finished.map(({ cost_usd }) => cost_usd);
    const cost_usd = costs.length > 0 && !costs.includes(null) ? sum(costs) : null;
    const pairs = answered.flatMap((cell) => {
      const present = presentOf(cell);
      return present?.outcome === "answered" ? [{ cell, present }] : [];
    });
    const counts = {
      ok: answered.length,
      of: finished.length,
      total: all.length,
      same_tool: sameTool.met,
      same_tool_of: sameTool.of,
      same_as_run: sameAsRun.met,
      same_as_run_of: sameAsRun.of,
      arguments_valid: valid.met,
      arguments_valid_of: valid.of,
      expectations_met: met.met,
      expectations_met_of: met.of,
      judged: judged(finished),
    };
    return {
      provider: target.provider,
      model_id: target.model_id,
      is_present: target.is_present,
      ...counts,
      median_ms: percentile(latencies, 0.5),
      p95_ms: percentile(latencies, 0.95),
      timeout_ms: target.timeout_ms,
      input_tokens: sum(finished.map(({ input_tokens }) => input_tokens)),
      output_tokens: sum(finished.map(({ output_tokens }) => output_tokens)),
      cost_usd,
      cost_per_call_usd: costPerCall(answered),
      monthly_cost_usd: monthlyCost(target, pairs),
      ...(target.monthly && tooLow && { too_low: [tooLow] }),
      problems: problemsOf(counts),
    };
  });
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce((total: Big, value) => total.plus(value ?? 0), new Big(0)).toNumber();

/** By the nearest rank. */
function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function costPerCall(answered: readonly StoredCell[]): number | null {
  const costs = answered.map(({ cost_usd }) => cost_usd);
  if (costs.length === 0 || costs.includes(null)) return null;
  return new Big(sum(costs)).div(costs.length).toNumber();
}

function judged(cells: readonly StoredCell[]): TargetSummary["judged"] {
  const verdicts = cells.flatMap(({ verdict }) => verdict ?? []);
  if (verdicts.length === 0) return null;
  const countOf = (name: string) => verdicts.filter((verdict) => verdict === name).length;
  return {
    better: countOf("better"),
    same: countOf("same"),
    worse: countOf("worse"),
    unclear: countOf("unclear"),
  };
}

type Pair = { cell: StoredCell; present: StoredCell };

/**
 * The agent's own usage of a month at this model's prices, scaled by how many tokens this model took
 * for the cases that both models answered.
 */
function monthlyCost({ monthly, is_present }: StoredTarget, pairs: readonly Pair[]): number | null {
  if (!monthly) return null;
  if (is_present) return new Big(monthly.input_usd).plus(monthly.output_usd).toNumber();
  const ratio = (name: "input_tokens" | "output_tokens") => {
    const own = pairs.map(({ cell }) => cell[name]);
    const present = pairs.map((pair) => pair.present[name]);
    if (own.includes(null) || present.includes(null)) return null;
    const total = sum(present);
    return total > 0 ? new Big(sum(own)).div(total) : null;
  };
  const [input, output] = [ratio("input_tokens"), ratio("output_tokens")];
  if (!input || !output) return null;
  return input.times(monthly.input_usd).plus(output.times(monthly.output_usd)).toNumber();
}

type Counts = Pick<
  TargetSummary,
  | "ok"
  | "of"
  | "total"
  | "same_tool"
  | "same_tool_of"
  | "arguments_valid"
  | "arguments_valid_of"
  | "expectations_met"
  | "expectations_met_of"
  | "judged"
>;

function problemsOf(counts: Counts): TargetProblem[] {
  const { judged: verdicts } = counts;
  const problems: [TargetProblem, boolean][] = [
    ["failed", counts.ok < counts.of],
    ["other_tool", counts.same_tool < counts.same_tool_of],
    ["invalid_arguments", counts.arguments_valid < counts.arguments_valid_of],
    ["expectation_missed", counts.expectations_met < counts.expectations_met_of],
    ["judged_worse", verdicts !== null && verdicts.worse > verdicts.better],
    ["unfinished", counts.of < counts.total],
  ];
  return problems.flatMap(([problem, isPresent]) => (isPresent ? [problem] : []));
}

/** The cheapest model without problems beside the present one; null if there is none. */
export function offerOf(targets: readonly TargetSummary[]): TrialSummary["offer"] {
  const candidates = targets.filter(
    ({ is_present, problems, of }) => !is_present && of > 0 && problems.length === 0,
  );
  const cost = ({ cost_per_call_usd }: TargetSummary) => cost_per_call_usd ?? Infinity;
  const [best] = candidates.toSorted((a, b) => (cost(a) < cost(b) ? -1 : 1));
  return best ? { provider: best.provider, model_id: best.model_id } : null;
}

/** USD that the cells have cost, lost calls at their most. */
export function spentUsd(cells: readonly StoredCell[]): number {
  return sum(
    cells.flatMap(({ cost_usd, judge_cost_usd, lost_usd, sent_usd }) => [
      cost_usd,
      judge_cost_usd,
      lost_usd,
      sent_usd,
    ]),
  );
}
