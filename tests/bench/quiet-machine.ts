import { availableParallelism, loadavg } from "node:os";
import { LaunchError } from "../../scripts/launch/launch-error";

/** Processes that want to run, for each core, above which times say more about the others. */
const maxLoad = Number(process.env.BENCH_MAX_LOAD || 0.5);

/** The load of the last minute in words, or null when the machine is quiet enough to measure. */
function busyReason(): string | null {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  if (load / cores <= maxLoad) return null;
  return `load ${load.toFixed(2)} on ${cores} cores is ${(load / cores).toFixed(2)} for each, and more than ${maxLoad} would spoil the times`;
}

/** @throws LaunchError, which ends the process with code 1, when others keep the machine busy. */
export function requireQuietMachine(): void {
  const reason = busyReason();
  if (reason === null) return;
  throw new LaunchError(`Not measured: ${reason}. Wait a minute, or set BENCH_MAX_LOAD.`);
}

/** Says after the results if the machine was not quiet to the end. */
export function printIfBusy(): void {
  const reason = busyReason();
  if (reason === null) return;
  console.log(`\n  By the end, ${reason}; the measured work is part of that.`);
}
