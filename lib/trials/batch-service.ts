import "server-only";
import { randomUUID } from "node:crypto";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import { mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { type BatchEntry, createBatch, getBatchEntries } from "./batches-repository";
import { readSummary } from "./reading-service";
import { findHead } from "./repository";
import type { Batch, BatchRequest, TrialSummary } from "./schema";
import { startTrial } from "./service";

const readConcurrency = 10;
const startConcurrency = 4;

/**
 * Starts a trial of each agent on its own last runs. An agent that can't be tried has the reason.
 * @throws AppError `aws_unavailable`
 */
export async function startBatch(actor: Actor, request: BatchRequest): Promise<Batch> {
  const batch = randomUUID();
  const { agents, to, last_runs, limit_usd } = request;
  const share = new Big(limit_usd).div(agents.length).round(6, Big.roundDown).toNumber();
  const entries = await mapConcurrently(
    agents,
    startConcurrency,
    async (key): Promise<BatchEntry> => {
      const own = {
        targets: [to],
        cases: { last_runs, outcome: "both" as const },
        limit_usd: share,
      };
      try {
        return { key, id: (await startTrial(actor, key, own, batch)).id, message: null };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { key, id: null, message: error.message };
      }
    },
  );
  await createBatch(batch, entries);
  return getBatch(batch);
}

/** The trials of a bulk trial with their figures. @throws AppError `not_found` */
export async function getBatch(batch: string): Promise<Batch> {
  const entries = await getBatchEntries(batch);
  const agents = await mapConcurrently(entries, readConcurrency, async ({ key, id, message }) => {
    const head = id === null ? null : await findHead(key, id);
    const trial = head && (await readSummary(head));
    return { ...key, message, trial, worse: trial && isWorse(trial) };
  });
  return { batch, agents };
}

/** Whether the other model does worse; null if unknown, or if not all cases were tried. */
function isWorse({ status, targets }: TrialSummary): boolean | null {
  if (status === "running") return null;
  const worse = targets.some(
    ({ is_present, problems }) =>
      !is_present && problems.some((problem) => problem !== "unfinished"),
  );
  const isComplete = targets.every(({ of, total }) => of === total);
  return worse || (isComplete ? false : null);
}
