import "server-only";
import { buildAgentStep } from "@/lib/agents/steps";
import type { Actor } from "@/lib/auth/actor";
import { transact, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { buildModelStep, type ModelUses, readUses } from "@/lib/models/steps";
import {
  findOperation,
  listSteps,
  refuseStep,
  StepSettled,
  type StoredStep,
  settleStep,
} from "./repository";
import type { BuiltStep, Step } from "./step";

/** DynamoDB takes at most 100 actions a transaction. */
const mostActions = 100;
/** Rows read ahead for one transaction. */
const readAhead = 24;

type Ready = { stored: StoredStep; built: BuiltStep };

/**
 * Carries out the pending steps of an operation in order, as many as fit in one transaction each
 * time. Every step is settled in the transaction that makes it, so that a crash leaves an operation
 * that can be resumed, by any copy of the app. Ends early when somebody stops the operation.
 */
export async function carryOut(actor: Actor, id: string): Promise<void> {
  const pending = (await listSteps(id)).filter((step) => step.outcome === "pending");
  while (pending.length > 0) {
    if ((await findOperation(id))?.stopped) return;
    const kind = pending[0]?.entity.kind;
    const other = pending.findIndex((step) => step.entity.kind !== kind);
    const size = Math.min(readAhead, other === -1 ? pending.length : other);
    await carryOutGroup(actor, id, pending.splice(0, size));
  }
}

async function carryOutGroup(actor: Actor, id: string, steps: StoredStep[]): Promise<void> {
  const gone = steps.filter(({ step, entity }) => entity.kind === "model" && step.after === null);
  const uses = gone.length > 0 ? await readUses(gone.map(({ entity }) => entity.id)) : undefined;
  const ready = await Promise.all(steps.map((stored) => buildOrRefuse(actor, id, stored, uses)));
  for (const chunk of chunks(ready.filter((step) => step !== null))) {
    try {
      await transact(actionsOf(id, chunk));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      for (const { stored } of chunk) await carryOutAlone(actor, id, stored);
    }
  }
}

/** Finds out which step of a refused transaction stands in the way; the others go ahead. */
async function carryOutAlone(actor: Actor, id: string, stored: StoredStep): Promise<void> {
  try {
    const built = await build(actor, id, stored.step);
    await transact(actionsOf(id, [{ stored, built }]));
  } catch (error) {
    if (error instanceof StepSettled) return;
    await refuse(id, stored, error);
  }
}

async function buildOrRefuse(
  actor: Actor,
  id: string,
  stored: StoredStep,
  uses: ModelUses | undefined,
): Promise<Ready | null> {
  try {
    return { stored, built: await build(actor, id, stored.step, uses) };
  } catch (error) {
    await refuse(id, stored, error);
    return null;
  }
}

async function refuse(id: string, stored: StoredStep, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) throw error;
  await refuseStep(id, stored.index, error.message);
}

function build(actor: Actor, id: string, step: Step, uses?: ModelUses): Promise<BuiltStep> {
  if (step.entity.kind === "agent") return buildAgentStep(actor, step, id);
  return buildModelStep(actor, step, id, uses);
}

function actionsOf(id: string, chunk: Ready[]): WriteItem[] {
  const shared = new Map(chunk.flatMap(({ built }) => built.shared.map((s) => [s.key, s.items])));
  return [
    ...[...shared.values()].flat(),
    ...chunk.flatMap(({ stored, built }) => [
      ...built.own,
      settleStep(id, stored.index, built.etagAfter),
    ]),
  ];
}

function chunks(ready: Ready[]): Ready[][] {
  const found: Ready[][] = [];
  let chunk: Ready[] = [];
  for (const step of ready) {
    const alone = step.built.alone || chunk.some(({ built }) => built.alone);
    const full = actionsOf("", [...chunk, step]).length > mostActions;
    if (chunk.length > 0 && (alone || full)) {
      found.push(chunk);
      chunk = [];
    }
    chunk.push(step);
  }
  return chunk.length > 0 ? [...found, chunk] : found;
}
