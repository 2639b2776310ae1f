"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { apiFetch } from "@/lib/api/client";
import type { AvailableModel } from "@/lib/discovery/schema";
import type { RejectedRow } from "@/lib/models/rules/transfer-schema";
import type { ModelDraft } from "@/lib/models/schema";
import type { OperationRecord } from "@/lib/operations/schema";
import { toModelDraft } from "./add-model-offers";

export type AddOutcome = { state: "waiting" | "added" | "refused"; message: string | null };

type AddRequest = { operation_id: string; provider: string; models: readonly AvailableModel[] };

/** Adds several listed models as one operation, which can be undone. */
export function useAddModels() {
  const client = useQueryClient();
  const [request, setRequest] = useState<AddRequest | null>(null);
  const add = useMutation({
    mutationFn: addNew,
    onSettled: () => client.invalidateQueries(),
  });
  function start(provider: string, models: readonly AvailableModel[]) {
    const next = { operation_id: crypto.randomUUID(), provider, models };
    setRequest(next);
    add.mutate(next);
  }
  return { request, add, start };
}

/** A model's outcome: from the answer if it has arrived, otherwise from the operation. */
export function outcomeOf(
  pk: string,
  answered: AddOutcome | undefined,
  operation: OperationRecord | undefined,
): AddOutcome {
  if (answered) return answered;
  const item = operation?.items.find(({ entity }) => entity.id === pk);
  if (item?.outcome === "done") return { state: "added", message: null };
  if (item?.outcome === "refused") return { state: "refused", message: item.message };
  return { state: "waiting", message: null };
}

type Added = { outcomes: Map<string, AddOutcome>; wrote: boolean };

/** Skips models that were added in the meantime, because an import would change them. */
async function addNew({ operation_id, provider, models }: AddRequest): Promise<Added> {
  const drafts = models.map((model) => toModelDraft(provider, model));
  const plan = await post(drafts, { dry_run: true });
  const outcomes = new Map<string, AddOutcome>();
  for (const { row } of [...plan.updated, ...plan.unchanged]) {
    const message = "Somebody has added it meanwhile. Its row was left as it is.";
    recordOutcome(outcomes, drafts, row, { state: "refused", message });
  }
  for (const rejected of plan.rejected) recordRefusal(outcomes, drafts, rejected);
  const created = new Set(plan.created.map(({ row }) => row));
  const chosen = drafts.filter((_, index) => created.has(index + 1));
  if (chosen.length === 0) return { outcomes, wrote: false };
  const written = await post(chosen, { dry_run: false, operation_id });
  for (const { row } of written.created) {
    recordOutcome(outcomes, chosen, row, { state: "added", message: null });
  }
  for (const rejected of written.rejected) recordRefusal(outcomes, chosen, rejected);
  return { outcomes, wrote: written.operation_id !== null };
}

function post(drafts: ModelDraft[], options: { dry_run: boolean; operation_id?: string }) {
  const file = new Blob([JSON.stringify(drafts)], { type: "application/json" });
  return apiFetch("importModels", { query: { mode: "partial", ...options }, file });
}

type Outcomes = Map<string, AddOutcome>;

/** Import rows count from 1. */
function recordOutcome(
  outcomes: Outcomes,
  drafts: ModelDraft[],
  row: number,
  outcome: AddOutcome,
): void {
  const draft = drafts[row - 1];
  if (draft) outcomes.set(draft.model_id, outcome);
}

function recordRefusal(
  outcomes: Outcomes,
  drafts: ModelDraft[],
  { row, errors }: RejectedRow,
): void {
  const reasons = errors.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  recordOutcome(outcomes, drafts, row, { state: "refused", message: reasons.join(" ") });
}
