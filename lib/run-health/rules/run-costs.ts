import { CostAccumulator } from "@/lib/costs/rules/spend";
import { unconfirmedPer } from "@/lib/prices/rules/unconfirmed-cost";
import type { RunCost } from "@/lib/run-health/schema";
import type { PricedSeries } from "@/lib/usage/rules/priced-series";
import { addSlot } from "@/lib/usage/rules/report";
import { judgedRuns, type RunPeriod } from "./run-counts";

export type MachineRuns = {
  agent: string;
  arn: string;
  /** True if other agents' runs are included. */
  isShared: boolean;
  periods: readonly RunPeriod[];
};

/** An agent's tokens in a period, by model. */
type Used = Map<string, CostAccumulator>;

/**
 * The cost of a run, by agent and by model. A period in which an agent used several models counts
 * for none of them, because nothing distinguishes its runs. Agents that share a machine are left out.
 */
export function runCosts(series: readonly PricedSeries[], machines: readonly MachineRuns[]) {
  const runs = runsByAgent(machines);
  const usage = usageByAgent(series);
  const agents = new Map<string, Sum>();
  const models = new Map<string, Sum>();
  for (const [agent, periods] of runs) {
    const used = usage.get(agent) ?? new Map<number, Used>();
    for (const at of new Set([...periods.keys(), ...used.keys()])) {
      const inPeriod = [...(used.get(at) ?? [])];
      const count = periods.get(at) ?? 0;
      for (const [, spend] of inPeriod) sumOf(agents, agent).spend.include(spend);
      sumOf(agents, agent).runs += count;
      const [only, ...others] = inPeriod;
      if (!only || others.length > 0 || count === 0) continue;
      const sum = sumOf(models, only[0]);
      sum.spend.include(only[1]);
      sum.runs += count;
    }
  }
  return { agents: [...agents].flatMap(toCost), models: [...models].flatMap(toCost) };
}

type Sum = { runs: number; spend: CostAccumulator };

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? { runs: 0, spend: new CostAccumulator() };
  sums.set(key, sum);
  return sum;
}

function toCost([key, { runs, spend }]: [string, Sum]): RunCost[] {
  if (runs === 0) return [];
  const figures = spend.figures();
  const { cost_usd, unpriced_tokens, input_tokens, output_tokens, too_low } = figures;
  const isKnown = cost_usd !== null && unpriced_tokens === 0 && input_tokens + output_tokens > 0;
  if (!isKnown) return [{ key, runs, cost_per_run_usd: null }];
  const cost_per_run_usd = cost_usd / runs;
  const unconfirmed = unconfirmedPer(runs, figures);
  return [{ key, runs, cost_per_run_usd, ...(too_low && { too_low }), ...unconfirmed }];
}

/** Runs by agent and period. Agents on a shared machine are left out. */
function runsByAgent(machines: readonly MachineRuns[]): Map<string, Map<number, number>> {
  const shared = new Set(machines.flatMap(({ agent, isShared }) => (isShared ? agent : [])));
  const agents = new Map<string, Map<number, number>>();
  for (const { agent, periods } of machines) {
    if (shared.has(agent)) continue;
    const counts = agents.get(agent) ?? new Map<number, number>();
    agents.set(agent, counts);
    for (const period of periods)
      counts.set(period.at, (counts.get(period.at) ?? 0) + judgedRuns(period));
  }
  return agents;
}

function usageByAgent(series: readonly PricedSeries[]): Map<string, Map<number, Used>> {
  const agents = new Map<string, Map<number, Used>>();
  for (const entry of series) {
    const agent = entry.dimensions.agent ?? "";
    const periods = agents.get(agent) ?? new Map<number, Used>();
    agents.set(agent, periods);
    for (const slot of entry.slots) {
      const used = periods.get(slot.at) ?? new Map<string, CostAccumulator>();
      periods.set(slot.at, used);
      const { pk } = entry.models.modelAt(slot.pricedAt);
      const spend = used.get(pk) ?? new CostAccumulator();
      used.set(pk, spend);
      addSlot(spend, entry, slot);
    }
  }
  return agents;
}
