import "server-only";
import { CostAccumulator } from "@/lib/costs/rules/spend";
import { AppError } from "@/lib/errors";
import { formatProviderName } from "@/lib/format";
import { unconfirmedPer } from "@/lib/prices/rules/unconfirmed-cost";
import { providerIdOf } from "@/lib/providers/schema";
import { readPage } from "@/lib/runs/reading-service";
import { parseMachineArn } from "@/lib/runtime/rules/machine-arn";
import { readPricedUsage } from "@/lib/usage/priced-usage-service";
import type { PricedSeries } from "@/lib/usage/rules/priced-series";
import { addSlot } from "@/lib/usage/rules/report";
import { uncountedTokens } from "@/lib/usage/rules/too-low";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { usageWindow } from "@/lib/usage/rules/window";
import type { UsageFigures } from "@/lib/usage/schema";
import { readRuns } from "./metrics-repository";
import type { Switch } from "./rules/changes";
import { switchWindows } from "./rules/health-window";
import type { Measured } from "./rules/measured-rows";
import {
  failedRuns,
  judgedRuns,
  medianDuration,
  type RunPeriod,
  sumCounts,
} from "./rules/run-counts";
import { compareSides } from "./rules/verdict";
import type { RunSide, SinceSwitch } from "./schema";

type Machine = Exclude<Measured, { reason: string }>;

type Comparison = { since_switch: SinceSwitch; notes: string[] };

const hourMs = 3_600_000;

/**
 * The runs before and after a switch: failures, median duration and cost per run.
 * @param previous the preceding switch; null if there is none
 */
export async function compareWithBefore(
  agent_name: string,
  machine: Machine,
  last: Switch,
  previous: Switch | null,
): Promise<Comparison> {
  const at = Date.parse(last.at);
  const now = Date.now();
  const window = switchWindows(at, previous && Date.parse(previous.at), now);
  const described = { at: last.at, event_id: last.event_id, from: last.from, to: last.to };
  const notes: string[] = [];
  let periods: RunPeriod[];
  try {
    periods = await readPeriods(machine, window);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const note = `The runs before and after the last switch could not be read: ${error.message}`;
    return {
      since_switch: { ...described, before: null, after: null, verdict: null },
      notes: [note],
    };
  }
  const length = window.period_seconds * 1000;
  const mixed = periods.filter((period) => period.at === window.boundary);
  const split = mixed.length === 0 ? [] : await splitBoundary(machine, window.boundary, length);
  if (split === null) {
    const minutes = window.period_seconds / 60;
    notes.push(
      `Runs within ${minutes === 1 ? "the minute" : `the ${minutes} minutes`} of the switch count as after it.`,
    );
  }
  const before = [
    ...periods.filter((period) => period.at < window.boundary),
    ...(split ?? []).filter((run) => run.at < at),
  ];
  const after = [
    ...periods.filter((period) => period.at > window.boundary),
    ...(split === null ? mixed : split.filter((run) => run.at >= at)),
  ];
  const costs = await readCosts(agent_name, machine, last, window.start);
  notes.push(...costs.notes);
  const sides = {
    before: sideOf(before, window.start, costs.before),
    after: sideOf(after, at, costs.after),
  };
  return {
    since_switch: { ...described, ...sides, verdict: compareSides(sides.before, sides.after) },
    notes,
  };
}

type SwitchWindows = ReturnType<typeof switchWindows>;

async function readPeriods(
  machine: Machine,
  { hours, detailed, start }: SwitchWindows,
): Promise<RunPeriod[]> {
  const read = async (window: SwitchWindows["hours"]) =>
    (await readRuns([machine], window)).get(machine.arn) ?? [];
  const [byHour, ...exact] = await Promise.all([hours, ...detailed].map(read));
  const isExact = ({ at }: RunPeriod) => detailed.some((window) => window.start === at);
  return [...(byHour ?? []).filter((period) => !isExact(period)), ...exact.flat()].filter(
    ({ at }) => at >= start,
  );
}

function sideOf(periods: readonly RunPeriod[], from: number, cost: UsageFigures | null): RunSide {
  const counts = sumCounts(periods);
  const runs = judgedRuns(counts);
  return {
    from: new Date(from).toISOString(),
    runs,
    failed: failedRuns(counts),
    median_ms: medianDuration(periods),
    ...costPerRun(cost, runs),
  };
}

function costPerRun(cost: UsageFigures | null, runs: number) {
  if (cost === null || cost.cost_usd === null || runs === 0) return { cost_per_run_usd: null };
  return { cost_per_run_usd: cost.cost_usd / runs, ...unconfirmedPer(runs, cost) };
}

/**
 * Assigns each run that ended in the period of the switch to a side, by its start; null if Step
 * Functions can't tell.
 */
async function splitBoundary(
  machine: Machine,
  boundary: number,
  length: number,
): Promise<RunPeriod[] | null> {
  const page = await readNewestPage(machine);
  const oldest = Date.parse(page?.executions.at(-1)?.started_at ?? "");
  if (!page || (page.cursor !== null && oldest >= boundary)) return null;
  return page.executions.map(toPeriod).filter(({ at, duration }) => {
    const end = at + (duration?.median_ms ?? 0);
    return duration !== null && end >= boundary && end < boundary + length;
  });
}

/** The page of the newest runs that the agent page shows; null if it can't be read. */
async function readNewestPage({ arn }: Machine) {
  const parsed = parseMachineArn(arn);
  if (!parsed) return null;
  try {
    return (await readPage({ ...parsed, stored: arn }, {})).page;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function toPeriod({ status, started_at, stopped_at }: Execution): RunPeriod {
  const at = Date.parse(started_at);
  const count = (expected: string) => (status === expected ? 1 : 0);
  return {
    at,
    started: 1,
    succeeded: count("succeeded"),
    failed: count("failed"),
    timed_out: count("timed_out"),
    aborted: count("aborted"),
    duration: stopped_at === null ? null : { median_ms: Date.parse(stopped_at) - at, runs: 1 },
  };
}

type Execution = Awaited<ReturnType<typeof readPage>>["page"]["executions"][number];

type Costs = { before: UsageFigures | null; after: UsageFigures | null; notes: string[] };

/** The cost of the agent's tokens on both sides; null if tokens or a price are missing. */
async function readCosts(
  agent_name: string,
  { arn }: Machine,
  { at, to }: Switch,
  from: number,
): Promise<Costs> {
  const switchAt = Date.parse(at);
  try {
    const window = usageWindow({ from: new Date(from).toISOString() }, Date.now());
    const usage = await readPricedUsage(window, undefined, [from, switchAt]);
    const machineName = arn.split(":")[6];
    const own = usage.series.filter(({ dimensions }) => {
      const { agent, state_machine_name: name } = dimensions;
      return agent === agent_name && (!name || name === machineName || name === arn);
    });
    const [before, after] = [new CostAccumulator(), new CostAccumulator()];
    for (const series of own) {
      for (const slot of series.slots) {
        if (slot.pricedAt < from - hourMs) continue;
        addSlot(isAfter(series, slot.pricedAt, switchAt, to) ? after : before, series, slot);
      }
    }
    const stale = usage.staleBecause ? [`Cost per run is older: ${usage.staleBecause}`] : [];
    return {
      before: pricedCost(before),
      after: pricedCost(after),
      notes: [...stale, ...unpricedNote(before, after), ...undercounted(own)],
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const note = `Cost per run is not known: ${error.message}`;
    return { before: null, after: null, notes: [note] };
  }
}

/** Within the hour of the switch, the tokens' model decides. */
function isAfter(
  { dimensions }: PricedSeries,
  pricedAt: number,
  switchAt: number,
  to: Switch["to"],
): boolean {
  const hour = Math.floor(switchAt / hourMs) * hourMs;
  if (pricedAt !== hour) return pricedAt > hour;
  const { provider, model } = dimensions;
  return model === to.model_id && (provider === undefined || provider === to.provider);
}

function pricedCost(spend: CostAccumulator): UsageFigures | null {
  const figures = spend.figures();
  const { unpriced_tokens, input_tokens, output_tokens } = figures;
  return unpriced_tokens > 0 || input_tokens + output_tokens === 0 ? null : figures;
}

function unpricedNote(...sides: CostAccumulator[]): string[] {
  const isUnpriced = sides.some((side) => side.figures().unpriced_tokens > 0);
  return isUnpriced
    ? ["Cost per run is not known where a model has no price: set it on the Models page."]
    : [];
}

/** The tokens that the runtime doesn't count in its metrics, by provider. */
function undercounted(series: readonly PricedSeries[]): string[] {
  const notes = series.flatMap(({ models, dimensions }) => {
    const id = providerIdOf(models.provider ?? "");
    const reason = uncountedTokens(id, dimensions.model ?? "");
    const why = reason && describeTooLow([reason]);
    return why && id ? [`Cost per run on ${formatProviderName(id)}: ${why}`] : [];
  });
  return [...new Set(notes)];
}
