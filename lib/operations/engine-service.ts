import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { explainAwsFailure, isValidationFailure } from "@/lib/aws/failures";
import { fitsTransaction, transact, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { retryOnGuardConflict } from "@/lib/guards/service";
import {
  findOperation,
  listSteps,
  markAllRefused,
  markRefused,
  StepSettled,
  settleStep,
} from "./repository";
import type { StoredStep } from "./row";
import type { BuildStep, BuiltStep, Step, StepBuilder, StepBuilders } from "./step";

/** The number of rows read ahead for one transaction. */
const maxStepsPerRead = 24;

/** Adds the operation to AWS errors, so that a caller can see how far it got. */
export async function withOperationContext<T>(
  { operation_id, title }: { operation_id: string; title: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const explained = explainAwsFailure(error);
    if (explained?.code !== "aws_unavailable") throw error;
    const message = `${explained.message} "${title}" may have been done in part: look at the operation ${operation_id}, and resume it.`;
    throw new AppError("aws_unavailable", message, { cause: error, extra: { operation_id } });
  }
}

type BuiltEntry = { stored: StoredStep; built: BuiltStep };
/** Null if the step can't be built yet, for example because it depends on an earlier one. */
type Tried = { stored: StoredStep; built: BuiltStep | null };

/**
 * Carries out pending steps in order, as many per transaction as fit. Each step is settled in its
 * own transaction, so any copy can resume after a crash. Ends early if the operation is stopped or
 * undone.
 */
export async function execute(actor: Actor, id: string, builders: StepBuilders): Promise<void> {
  const pending = (await listSteps(id)).filter((step) => step.outcome === "pending");
  while (pending.length > 0) {
    const head = await findOperation(id);
    if (head?.undone_by) return markAllRefused(id, pending, "The operation was undone meanwhile.");
    if (head?.stopped) return;
    const kind = pending[0]?.entity.kind;
    const other = pending.findIndex((step) => step.entity.kind !== kind);
    const size = Math.min(maxStepsPerRead, other === -1 ? pending.length : other);
    await executeGroup(actor, id, pending.splice(0, size), builders);
  }
}

/** @param steps all of one kind */
async function executeGroup(
  actor: Actor,
  id: string,
  steps: StoredStep[],
  builders: StepBuilders,
): Promise<void> {
  const build = await prepared(builders, steps);
  const tried = await Promise.all(steps.map((stored) => tryToBuild(actor, id, stored, build)));
  for (const chunk of chunks(tried)) {
    if (!(await executeTogether(id, chunk))) {
      for (const { stored } of chunk) await executeAlone(actor, id, stored, builders);
    }
  }
}

function prepared(builders: StepBuilders, steps: StoredStep[]): Promise<BuildStep> {
  const [first] = steps;
  if (!first) throw new Error("A group of steps is never empty.");
  return builderOf(builders, first.step).prepare(steps.map(({ step }) => step));
}

function builderOf(builders: StepBuilders, { entity }: Step): StepBuilder {
  const builder = builders[entity.kind];
  if (!builder)
    throw new Error(`The operation was handed no builder of steps on a ${entity.kind}.`);
  return builder;
}

/** @returns false if the transaction was refused and nothing was written */
async function executeTogether(id: string, chunk: Tried[]): Promise<boolean> {
  const ready = chunk.filter(isReady);
  if (ready.length < chunk.length) return false;
  try {
    await transact(actionsOf(id, ready));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function isReady(tried: Tried): tried is BuiltEntry {
  return tried.built !== null;
}

/**
 * Executes the steps of a refused transaction one by one, so that only the failing ones are
 * refused.
 */
async function executeAlone(
  actor: Actor,
  id: string,
  stored: StoredStep,
  builders: StepBuilders,
): Promise<void> {
  try {
    await retryOnGuardConflict(async () => {
      const build = await prepared(builders, [stored]);
      const built = await build(actor, stored.step, id);
      await transact(actionsOf(id, [{ stored, built }]));
    });
  } catch (error) {
    if (error instanceof StepSettled) return;
    if (!isRefusal(error)) throw error;
    const message = error instanceof AppError ? error.message : invalidForDynamoDb;
    await markRefused(id, stored.index, message);
  }
}

const invalidForDynamoDb =
  "DynamoDB doesn't take this change, for example because the row would be too large. It was left out.";

/**
 * Whether retrying can't help: a rule, a concurrent change, or DynamoDB's own validation. A
 * validation failure isn't rethrown, because it would block the rest of the operation at every
 * resume.
 */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError || isValidationFailure(error);
}

async function tryToBuild(
  actor: Actor,
  id: string,
  stored: StoredStep,
  build: BuildStep,
): Promise<Tried> {
  try {
    return { stored, built: await build(actor, stored.step, id) };
  } catch (error) {
    if (error instanceof AppError) return { stored, built: null };
    throw error;
  }
}

/**
 * Prepares a refused step for a retry on the current row: a deletion applies to the current row,
 * and an undo ignores other attributes. A row that was created here and extended by others isn't
 * deleted.
 */
export async function replan(step: Step, builders: StepBuilders): Promise<Step> {
  if (step.after === null) {
    if (step.takes_back) return step;
    return (await builderOf(builders, step).replanDeletion?.(step)) ?? step;
  }
  return { ...step, expected_etag: null };
}

function actionsOf(id: string, chunk: BuiltEntry[]): WriteItem[] {
  const shared = new Map(chunk.flatMap(({ built }) => built.shared.map((s) => [s.key, s.items])));
  return [
    ...[...shared.values()].flat(),
    ...chunk.flatMap(({ stored, built }) => [...built.own, settleStep(id, stored.index, built)]),
  ];
}

function chunks(tried: Tried[]): Tried[][] {
  const chunked: Tried[][] = [];
  let chunk: Tried[] = [];
  const isAlone = ({ built }: Tried) => built === null || built.exclusive;
  for (const step of tried) {
    const isFull = !fitsTransaction(actionsOf("", [...chunk, step].filter(isReady)));
    if (chunk.length > 0 && (isFull || isAlone(step) || chunk.some(isAlone))) {
      chunked.push(chunk);
      chunk = [];
    }
    chunk.push(step);
  }
  return chunk.length > 0 ? [...chunked, chunk] : chunked;
}
