import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { mapInTurns } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { readSummary } from "./reading-service";
import { findHead, getBatchEntries } from "./repository";
import type { Batch, BatchRequest, TrialSummary } from "./schema";

const readsAtOnce = 10;

export async function startBatch(_actor: Actor, _request: BatchRequest): Promise<Batch> {
  throw new AppError("conflict", "Trials can't be started yet.");
}

/** The trials of a bulk trial with their figures. @throws AppError `not_found` */
export async function getBatch(batch: string): Promise<Batch> {
  const entries = await getBatchEntries(batch);
  const agents = await mapInTurns(entries, readsAtOnce, async ({ key, id, message }) => {
    const head = id === null ? null : await findHead(key, id);
    const trial = head && (await readSummary(head));
    return { ...key, message, trial, worse: trial && isWorse(trial) };
  });
  return { batch, agents };
}

/** Whether the other model does worse; null while the trial is running. */
function isWorse({ status, targets }: TrialSummary): boolean | null {
  if (status === "running") return null;
  return targets.some(({ is_present, problems }) => !is_present && problems.length > 0);
}
