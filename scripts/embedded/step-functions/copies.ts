import { executionArn } from "./arns";
import { executionDoesNotExist, machineDoesNotExist } from "./errors";
import type { StepFunctionsStore, StoredExecution } from "./store";

/** A copy's name and times, milliseconds since 1970. */
export interface ExecutionCopy {
  name: string;
  started_at: number;
  stopped_at: number;
  /** The machine of the copy; the original's machine by default. */
  machineArn?: string;
}

const copiesPerWrite = 500;

/** Stores copies of an ended execution. Existing copies stay unchanged. */
export async function copyExecution(
  store: StepFunctionsStore,
  region: string,
  arn: string,
  copies: readonly ExecutionCopy[],
): Promise<void> {
  const { copied, ...original } = await store.execution(arn);
  const { started_at, stopped_at, event_count: count } = original;
  if (stopped_at === undefined || count === undefined || copied) throw executionDoesNotExist(arn);
  const length = Math.max(1, stopped_at - started_at);
  const rows = copies.flatMap(
    ({ machineArn = original.machine_arn, ...copy }): StoredExecution[] => {
      const machine = store.machines.get(machineArn);
      if (!machine) throw machineDoesNotExist(machineArn);
      const own = executionArn(region, machine.name, copy.name);
      if (store.executions.has(own)) return [];
      const stretch = (copy.stopped_at - copy.started_at) / length;
      return [
        {
          ...original,
          ...copy,
          arn: own,
          machine_arn: machine.arn,
          machine_name: machine.name,
          definition_id: machine.definition_id,
          copied: { from: arn, count, started_at, stretch },
        },
      ];
    },
  );
  for (let start = 0; start < rows.length; start += copiesPerWrite) {
    await store.saveCopies(rows.slice(start, start + copiesPerWrite));
  }
}
