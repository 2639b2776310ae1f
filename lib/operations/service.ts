import "server-only";
import { randomUUID } from "node:crypto";
import type { Actor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { execute, replan, withOperationContext } from "./engine-service";
import {
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
 * Keeps a plan and carries it out. What a rule or somebody else's change stands against is refused
 * step by step and told; the rest is done.
 * @param plan.id chosen by the caller who wants to watch the progress
 * @param builders for every kind of thing that the plan changes
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

/** Stops after the rows that are being changed at this moment; `resumeOperation` goes on. */
export async function stopOperation(id: string): Promise<OperationRecord> {
  await requireOperation(id);
  await markStopped(id, true);
  return getOperation(id);
}

/**
 * Goes on with what is pending after a crash or a stop, and tries once more what was refused: on
 * the row as it is now, if that is still what the plan was about.
 * @throws AppError `not_found`, `conflict` (undone: what would be done now had no undo any more)
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
 * Takes back what the operation did, the last step first, as an operation of its own. Rows that
 * others changed meanwhile are named and left.
 * @throws AppError `not_found`, `conflict` (undone already, or not finished)
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
  // What is being written at this moment is either done by then, or never.
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
