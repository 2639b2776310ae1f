import "server-only";
import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { execute, replan, withOperationContext } from "./engine-service";
import {
  assertStorable,
  claimOperation,
  createOperation,
  findOperation,
  listSteps,
  markAllRefused,
  markStopped,
  markUndone,
  reopenStep,
} from "./repository";
import type { OperationHead, StoredStep } from "./row";
import type { OperationKind, OperationRecord } from "./schema";
import { reverseStep, type Step, type StepBuilders } from "./step";

type Plan = {
  kind: OperationKind;
  title: string;
  steps: Step[];
  undo_of?: OperationHead;
  id?: string;
};

/**
 * Stores a plan and carries it out. Steps that a rule or a concurrent change prevents are refused
 * and reported; the others are carried out.
 * @param plan.id chosen by a caller that follows the progress
 * @param builders for every kind of entity in the plan
 * @throws AppError `too_large` before anything is written, if DynamoDB couldn't hold a step
 */
export async function runOperation(
  actor: Actor,
  plan: Plan,
  builders: StepBuilders,
): Promise<OperationRecord> {
  const operation_id = plan.id ?? randomUUID();
  const head: OperationHead = {
    operation_id,
    kind: plan.kind,
    title: plan.title,
    actor: actor.name,
    created_at: new Date().toISOString(),
    total: plan.steps.length,
    stopped: false,
    undo_of: plan.undo_of?.operation_id ?? null,
    undone_by: null,
  };
  const beside = plan.undo_of ? [markUndone(plan.undo_of, operation_id)] : [];
  assertStorable(operation_id, plan.steps, plan.kind === "undo");
  return withOperationContext(head, async () => {
    if (plan.id) await claimOperation(plan.id);
    await createOperation(head, plan.steps, beside);
    await execute(actor, operation_id, builders);
    return getOperation(operation_id);
  });
}

/** Progress and outcome by item. @throws AppError `not_found` */
export async function getOperation(id: string): Promise<OperationRecord> {
  return toRecord(await requireOperation(id), await listSteps(id));
}

/** Stops after the rows in progress; `resumeOperation` continues. */
export async function stopOperation(id: string): Promise<OperationRecord> {
  await requireOperation(id);
  await markStopped(id, true);
  return getOperation(id);
}

/**
 * Continues pending steps after a crash or stop, and retries refused ones on the current row if the
 * plan still applies to it.
 * @throws AppError `not_found`, `conflict` (already undone)
 */
export async function resumeOperation(
  actor: Actor,
  id: string,
  builders: StepBuilders,
): Promise<OperationRecord> {
  const head = await requireOperation(id);
  return withOperationContext(head, async () => {
    if (!(await markStopped(id, false))) {
      throw new AppError("conflict", `"${head.title}" has been undone: nothing of it goes on.`);
    }
    const refused = (await listSteps(id)).filter((step) => step.outcome === "refused");
    for (const { index, step } of refused) {
      await reopenStep(id, index, await replan(step, builders));
    }
    await execute(actor, id, builders);
    return getOperation(id);
  });
}

/**
 * Undoes the operation, last step first, as an operation of its own. Rows that have changed since
 * are reported and left unchanged.
 * @throws AppError `not_found`, `conflict` (already undone, or not finished)
 */
export async function undoOperation(
  actor: Actor,
  id: string,
  builders: StepBuilders,
): Promise<OperationRecord> {
  const head = await requireOperation(id);
  const planned = await listSteps(id);
  const pending = planned.filter((step) => step.outcome === "pending");
  if (pending.length > 0 && !head.stopped) {
    throw new AppError("conflict", `"${head.title}" is still going on. Stop or resume it first.`);
  }
  // Steps in flight settle either as done or as refused, never both.
  await markAllRefused(id, pending, "The operation was undone before this was its turn.");
  const steps = pending.length > 0 ? await listSteps(id) : planned;
  const done = steps.filter((step) => step.outcome === "done").reverse();
  const plan: Plan = {
    kind: "undo",
    title: `Undo: ${head.title}`,
    steps: done.map(({ step, etag_after }) => reverseStep(step, etag_after)),
    undo_of: head,
  };
  return runOperation(actor, plan, builders);
}

async function requireOperation(id: string): Promise<OperationHead> {
  const head = await findOperation(id);
  if (head) return head;
  throw new AppError("not_found", `There is no operation "${id}".`);
}

function toRecord({ stopped, ...head }: OperationHead, steps: StoredStep[]): OperationRecord {
  const countOf = (outcome: string) => steps.filter((step) => step.outcome === outcome).length;
  const [pending, done, refused] = [countOf("pending"), countOf("done"), countOf("refused")];
  const finished = refused > 0 ? "partial" : "done";
  return {
    ...head,
    status: pending === 0 ? finished : stopped ? "stopped" : "running",
    done,
    refused,
    pending,
    items: steps.map(({ index, entity, action, outcome, message }) => ({
      index,
      entity,
      action,
      outcome,
      message,
    })),
  };
}
