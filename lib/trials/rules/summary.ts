import Big from "big.js";
import { joinCallPriceNotes } from "@/lib/costs/rules/call-price-notes";
import { sumUnconfirmed } from "@/lib/prices/rules/unconfirmed-cost";
import type { UnconfirmedCost } from "@/lib/prices/schema";
import { providerIdOf } from "@/lib/providers/schema";
import type { TargetProblem, TargetSummary, TrialSummary } from "@/lib/trials/schema";
import { uncountedTokens } from "@/lib/usage/rules/too-low";
import { shortfall } from "./shortfall";
import type { StoredCell, StoredTarget } from "./stored-cell";

type Recorded = { index: number; recorded_tools: string[] | null };

/** Whether the tools are the same, regardless of their order and number of calls. */
export function isSameTools(a: readonly string[], b: readonly string[]): boolean {
  const [first, second] = [new Set(a), new Set(b)];
  return first.size === second.size && [...first].every((name) => second.has(name));
}

/** Null if one of the cells wasn't answered. */
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
  // The agent's usage belongs to the present model.
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
      ...joinCallPriceNotes(answered.map(({ prices }) => prices)),
      ...monthlyCost(target, pairs),
      ...(target.monthly && tooLow && { too_low: [tooLow] }),
      problems: problemsOf(
        counts,
        finished.map((cell) => ({
          cell,
          present: target.is_present ? undefined : presentOf(cell),
        })),
      ),
    };
  });
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce((total: Big, value) => total.plus(value ?? 0), new Big(0)).toNumber();

/** Nearest-rank percentile. */
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
type MonthlyCost = Pick<TargetSummary, "monthly_cost_usd" | keyof UnconfirmedCost>;

/**
 * The agent's own usage of a month at this model's prices, scaled by this model's token counts for
 * the cases that both models answered.
 */
function monthlyCost({ monthly, is_present }: StoredTarget, pairs: readonly Pair[]): MonthlyCost {
  const ratios = is_present ? sameTokens : tokenRatios(pairs);
  if (!monthly || !ratios) return { monthly_cost_usd: null };
  const input = ratios.input.times(monthly.input_usd);
  const output = ratios.output.times(monthly.output_usd);
  return {
    monthly_cost_usd: input.plus(output).toNumber(),
    ...sumUnconfirmed([
      ...(monthly.input_at ? [{ [`${monthly.input_at}_usd`]: input.toNumber() }] : []),
      ...(monthly.output_at ? [{ [`${monthly.output_at}_usd`]: output.toNumber() }] : []),
    ]),
  };
}

const sameTokens = { input: new Big(1), output: new Big(1) };

/** The tokens of a model relative to the present one's; null if they aren't known. */
function tokenRatios(pairs: readonly Pair[]) {
  const ratio = (name: "input_tokens" | "output_tokens") => {
    const own = pairs.map(({ cell }) => cell[name]);
    const present = pairs.map((pair) => pair.present[name]);
    if (own.includes(null) || present.includes(null)) return null;
    const total = sum(present);
    return total > 0 ? new Big(sum(own)).div(total) : null;
  };
  const [input, output] = [ratio("input_tokens"), ratio("output_tokens")];
  return input && output ? { input, output } : null;
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

type Compared = { cell: StoredCell; present: StoredCell | undefined };

/** A failure that the present model has in the same case isn't a problem of this model. */
function problemsOf(counts: Counts, cells: readonly Compared[]): TargetProblem[] {
  const { judged: verdicts } = counts;
  const isWorse = (isBad: (cell: StoredCell) => boolean) =>
    cells.some(({ cell, present }) => isBad(cell) && !(present && isBad(present)));
  const fails = isWorse(({ outcome }) => outcome === "failed");
  const problems: [TargetProblem, boolean][] = [
    ["failed", fails || (counts.of > 0 && counts.ok === 0)],
    ["other_tool", counts.same_tool < counts.same_tool_of],
    ["invalid_arguments", isWorse((cell) => cell.arguments_valid === false)],
    ["expectation_missed", isWorse((cell) => cell.expectations_met === false)],
    ["judged_worse", verdicts !== null && verdicts.worse > verdicts.better],
    ["unfinished", counts.of < counts.total],
  ];
  return problems.flatMap(([problem, isPresent]) => (isPresent ? [problem] : []));
}

/**
 * The best model without problems, other than the present one; the cheapest of equals. Null if
 * there is none, or the present model hasn't finished its cases.
 */
export function offerOf(targets: readonly TargetSummary[]): TrialSummary["offer"] {
  const present = targets.find(({ is_present }) => is_present);
  if (!present || present.of < present.total) return null;
  const candidates = targets.filter(
    ({ is_present, problems, of }) => !is_present && of > 0 && problems.length === 0,
  );
  const cost = ({ cost_per_call_usd }: TargetSummary) => cost_per_call_usd ?? Infinity;
  const [best] = candidates.toSorted(
    (a, b) => shortfall(a) - shortfall(b) || (cost(a) < cost(b) ? -1 : 1),
  );
  return best ? { provider: best.provider, model_id: best.model_id } : null;
}

/** USD that the cells have cost, with lost calls at their maximum. */
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
