import "server-only";
import { listDeployed } from "@/lib/agents/service";
import { AppError } from "@/lib/errors";
import { readPricedUsage } from "@/lib/usage/priced-usage-service";
import { usageWindow } from "@/lib/usage/rules/window";
import { readRuns } from "./metrics-repository";
import { measuredRows } from "./rules/measured-rows";
import { type MachineRuns, runCosts } from "./rules/run-costs";
import type { HealthQuery, RunCosts } from "./schema";
import { shareReadings } from "./shared-service";

const shared = shareReadings<RunCosts>(() => 15_000);

/**
 * The cost per run by agent and by model: tokens at the prices then in force, divided by the number
 * of runs that ended.
 * @throws AppError `invalid`, `aws_unavailable`
 */
export async function readRunCosts(query: HealthQuery): Promise<RunCosts> {
  const window = usageWindow(query, Date.now());
  return shared(JSON.stringify(window), () => read(window));
}

async function read(window: ReturnType<typeof usageWindow>): Promise<RunCosts> {
  const [usage, rows] = await Promise.all([readPricedUsage(window), listDeployed()]);
  const measured = measuredRows(rows);
  const machines = rows.flatMap((row) => {
    const machine = measured.get(`${row.agent_name}/${row.version}`);
    return machine && !("reason" in machine) ? [{ agent: row.agent_name, ...machine }] : [];
  });
  const range = {
    from: new Date(window.start).toISOString(),
    to: new Date(window.end).toISOString(),
  };
  try {
    const runs = await readRuns(machines, window, ["succeeded", "failed", "timed_out"]);
    const machineRuns = machines.map(({ agent, arn, shared }): MachineRuns => {
      return { agent, arn, isShared: shared !== null, periods: runs.get(arn) ?? [] };
    });
    return { ...range, ...runCosts(usage.series, machineRuns), unread: usage.staleBecause };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...range, agents: [], models: [], unread: error.message };
  }
}
