import "server-only";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { DeployedAgent } from "@/lib/agents/runtime-service";
import { listDeployed } from "@/lib/agents/service";
import { findAccount } from "@/lib/aws/account";
import { AppError } from "@/lib/errors";
import { type MeasuredMachine, type RunMetric, readRuns } from "./metrics-repository";
import { recentWindow } from "./rules/health-window";
import { type Measured, measuredRows } from "./rules/measured-rows";
import { failedRuns, judgedRuns, type RunPeriod, sumCounts } from "./rules/run-counts";
import type { RecentRuns, RecentRunsList } from "./schema";
import { shareReadings } from "./shared-service";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** How many days back the last run is searched for. */
const idleDays = 14;

/** CloudWatch charges per metric, so readings of more machines are cached longer: a minute for 500. */
const shared = shareReadings<RecentRunsList>(({ agents }) => 5_000 + agents.length * 110);

/** The last run of every agent, and how many of its runs failed in the last 24 hours. */
export function listRecentRuns(): Promise<RecentRunsList> {
  return shared("all", async () => readRecentRuns(await listDeployed()));
}

/** As above, for callers that have already read all rows. */
export function listRecentRunsOf(rows: readonly DeployedAgent[]): Promise<RecentRunsList> {
  return shared("all", () => readRecentRuns(rows));
}

/**
 * Agents whose figures can't be read are listed in `unknown`, even if CloudWatch returns no figures
 * at all.
 */
async function readRecentRuns(rows: readonly DeployedAgent[]): Promise<RecentRunsList> {
  const as_of = new Date().toISOString();
  const measured = measuredRows(rows);
  const machines = [...measured.values()].flatMap((entry) => ("reason" in entry ? [] : entry));
  let runs: Map<string, RunPeriod[]>;
  let earlier: Map<string, RunPeriod[]> | null;
  try {
    runs = await readDay(machines);
    earlier = await readEarlier(machines.filter(({ arn }) => !runs.has(arn)));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const unknown = rows.map((row) => ({ ...keyOf(row), why: error.message }));
    return { as_of, unread: error.message, agents: [], unknown, shared: [] };
  }
  const account = machines.every(({ isDescribed }) => isDescribed) ? null : await findAccount();
  const list: RecentRunsList = { as_of, unread: null, agents: [], unknown: [], shared: [] };
  for (const row of rows) {
    const machine = measured.get(agentEntityId(row));
    if (!machine) continue;
    const reason = unknownReason(machine, account, runs, earlier);
    if (reason !== null || "reason" in machine) {
      list.unknown.push({ ...keyOf(row), why: reason ?? "" });
      continue;
    }
    if (machine.shared) list.shared.push({ ...keyOf(row), why: machine.shared });
    list.agents.push({
      ...keyOf(row),
      ...figuresOf(runs.get(machine.arn) ?? [], earlier?.get(machine.arn) ?? []),
    });
  }
  return list;
}

const keyOf = ({ agent_name, version }: DeployedAgent) => ({ agent_name, version });

/** Runs of the last 24 hours. Reads four metrics per machine and 500 metrics per call. */
function readDay(machines: readonly MeasuredMachine[]): Promise<Map<string, RunPeriod[]>> {
  const metrics: RunMetric[] = ["started", "succeeded", "failed", "timed_out"];
  const window = recentWindow(dayMs, machines.length * metrics.length, [300, 900, 1800, 3600]);
  return readRuns(machines, window, metrics);
}

/** When machines without a run in the last day last ran; null if that can't be read. */
async function readEarlier(idle: readonly MeasuredMachine[]) {
  if (idle.length === 0) return new Map<string, RunPeriod[]>();
  const window = recentWindow(idleDays * dayMs, idle.length, [3600, 21_600, 86_400]);
  try {
    return await readRuns(idle, window, ["started"]);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** For a machine of another account, CloudWatch returns no data instead of an error. */
function unknownReason(
  machine: Measured,
  account: string | null,
  runs: ReadonlyMap<string, RunPeriod[]>,
  earlier: ReadonlyMap<string, RunPeriod[]> | null,
): string | null {
  if ("reason" in machine) return machine.reason;
  if (runs.has(machine.arn) || earlier?.has(machine.arn)) return null;
  if (earlier === null) return "CloudWatch did not answer when it last ran. Try again in a minute.";
  if (!machine.isDescribed && account !== null && account !== machine.account) {
    return `Its state machine is in the account ${machine.account}, whose metrics the console can't read.`;
  }
  return null;
}

function figuresOf(
  day: readonly RunPeriod[],
  earlier: readonly RunPeriod[],
): Omit<RecentRuns, "agent_name" | "version"> {
  const counts = sumCounts(day);
  const last =
    day.findLast(({ started }) => started > 0) ?? earlier.findLast(({ started }) => started > 0);
  return {
    last_run_at: last ? new Date(last.at).toISOString() : null,
    runs: judgedRuns(counts),
    failed: failedRuns(counts),
  };
}
