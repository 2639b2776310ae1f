import { availableParallelism, loadavg } from "node:os";
import { LaunchError } from "../../scripts/launch/launch-error";

/** Maximum load per core; above it, times mostly reflect other processes. */
const maxLoad = Number(process.env.BENCH_MAX_LOAD || 0.5);

/** Describes the load of the last minute; null if the machine is quiet enough to measure. */
function busyReason(): string | null {
  const cores = availableParallelism();
  const load = loadavg()[0] ?? 0;
  if (load / cores <= maxLoad) return null;
  return `load ${load.toFixed(2)} on ${cores} cores is ${(load / cores).toFixed(2)} for each, and more than ${maxLoad} would spoil the times`;
}

/** @throws LaunchError, which ends the process with code 1, if the machine is busy */
export function requireQuietMachine(): void {
  const reason = busyReason();
  if (reason === null) return;
  throw new LaunchError(`Not measured: ${reason}. Wait a minute, or set BENCH_MAX_LOAD.`);
}

/** Warns after the results if the machine didn't stay quiet. */
export function printIfBusy(): void {
  const reason = busyReason();
  if (reason === null) return;
  console.log(`\n  By the end, ${reason}; the measured work is part of that.`);
}
