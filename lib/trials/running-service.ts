import "server-only";
import { requireAgentRow } from "@/lib/agents/service";
import type { Actor } from "@/lib/auth/actor";
import { findModel } from "@/lib/models/reference-service";
import type { Budget } from "./budget-service";
import type { CaseTexts, CellTexts, StoredCase, TrialHead } from "./row";
import type { StoredCell } from "./rules/stored-cell";
import type { Template } from "./template-service";

/** A trial that this copy of the console carries out. */
export type Running = {
  head: TrialHead;
  owner: string;
  actor: Actor;
  /** Null for a model that was deleted before this copy resumed the trial. */
  templates: (Template | null)[];
  /** Indexes of the deleted models. */
  deleted: Set<number>;
  cases: StoredCase[];
  /** Keyed by the name of a cell. */
  cells: Map<string, StoredCell>;
  texts: { cases: Map<number, CaseTexts>; cells: Map<string, CellTexts> };
  budget: Budget;
  /** The cost of the cheapest call that didn't fit the limit. */
  missedUsd: number | null;
  /** Why the judge can't be called. */
  judgeFailure: string | null;
  /** Aborted if another copy takes the trial over, or it is stopped. */
  lost: AbortController;
};

/** Reserves the maximum cost of a call. Waits for calls in progress if the limit leaves no room yet. */
export async function reserve(state: Running, max: number): Promise<boolean> {
  while (!state.budget.reserve(max)) {
    if (state.budget.isIdle) {
      state.missedUsd = Math.min(state.missedUsd ?? max, max);
      return false;
    }
    await state.budget.settled();
  }
  return true;
}

/**
 * Whether a call of this target is still useful: no agent can be switched to a deleted model.
 * @throws AppError `not_found` if the agent is deleted
 */
export async function isWorthCalling(
  { head, deleted }: Running,
  { target }: StoredCell,
): Promise<boolean> {
  await requireAgentRow(head);
  const named = head.targets[target];
  // Agents can call their present model even without its row.
  if (!named || named.is_present) return true;
  if (!(await findModel(named.provider, named.model_id))) deleted.add(target);
  return !deleted.has(target);
}

/** How often a call is retried because the provider asked to wait, and the default wait. */
export const maxWaits = 8;
export const defaultWaitSeconds = 5;
