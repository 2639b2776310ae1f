import "server-only";
import type { Actor } from "@/lib/auth/actor";
import { explainAwsFailure } from "@/lib/aws/failures";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { decideAgainWhenGuardMoves } from "@/lib/guards/service";
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

/** DynamoDB takes at most 100 actions a transaction. */
const maxActions = 100;
/** Rows read ahead for one transaction. */
const maxStepsPerRead = 24;

/**
 * What fails because of AWS in the middle of an operation is told with the operation, where one can
 * see how far it came.
 */
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
/** Null: the step cannot be built now, perhaps because an earlier one of the group is to come. */
type Tried = { stored: StoredStep; built: BuiltStep | null };

/**
 * Carries out the pending steps of an operation in order, as many as fit in one transaction each
 * time. Every step is settled in the transaction that makes it, so that a crash leaves an operation
 * that can be resumed, by any copy of the app. Ends early when somebody stops or undoes the operation.
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
    await carryOutGroup(actor, id, pending.splice(0, size), builders);
  }
}

/** @param steps of one kind */
async function carryOutGroup(
  actor: Actor,
  id: string,
  steps: StoredStep[],
  builders: StepBuilders,
): Promise<void> {
  const build = await prepared(builders, steps);
  const tried = await Promise.all(steps.map((stored) => tryToBuild(actor, id, stored, build)));
  for (const chunk of chunks(tried)) {
    if (!(await carryOutTogether(id, chunk))) {
      for (const { stored } of chunk) await carryOutAlone(actor, id, stored, builders);
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

/** @returns false when the chunk as a whole is refused; then nothing has been written */
async function carryOutTogether(id: string, chunk: Tried[]): Promise<boolean> {
  const ready = chunk.filter(isReady);
  if (ready.length < chunk.length) return false;
  try {
    await transact(actionsOf(id, ready));
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

function isReady(tried: Tried): tried is BuiltEntry {
  return tried.built !== null;
}

/** Finds out which step of a refused transaction stands in the way; the others go ahead. */
async function carryOutAlone(
  actor: Actor,
  id: string,
  stored: StoredStep,
  builders: StepBuilders,
): Promise<void> {
  try {
    await decideAgainWhenGuardMoves(async () => {
      const build = await prepared(builders, [stored]);
      const built = await build(actor, stored.step, id);
      await transact(actionsOf(id, [{ stored, built }]));
    });
  } catch (error) {
    if (error instanceof StepSettled) return;
    if (!(error instanceof AppError)) throw error;
    await markRefused(id, stored.index, error.message);
  }
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
 * A refused step for another try, after its reader was told what had changed: a model that was to
 * go may go as it is now; of a change that is taken back, the rest of the row is no matter. What
 * others have added to a row that was made here stays theirs: such a row is not removed.
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
  const found: Tried[][] = [];
  let chunk: Tried[] = [];
  const isAlone = ({ built }: Tried) => built === null || built.exclusive;
  for (const step of tried) {
    const full = actionsOf("", [...chunk, step].filter(isReady)).length > maxActions;
    if (chunk.length > 0 && (full || isAlone(step) || chunk.some(isAlone))) {
      found.push(chunk);
      chunk = [];
    }
    chunk.push(step);
  }
  return chunk.length > 0 ? [...found, chunk] : found;
}
