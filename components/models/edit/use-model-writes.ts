"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { findingsOf } from "@/components/operations/findings-of";
import { useVersionedSave } from "@/components/ui/form/use-versioned-save";
import { saveVersioned } from "@/components/ui/form/versioned-save";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { apiFetch } from "@/lib/api/client";
import type {
  ModelChanges,
  ModelDraft,
  ModelKey,
  ModelList,
  ModelRecord,
  ModelUpdate,
} from "@/lib/models/schema";
import type { PriceChangePreview } from "@/lib/price-sync/schema";

const listKey = modelQueries.list().queryKey;

const paramsOf = ({ provider, model_id }: ModelKey) => ({ provider, modelId: model_id });

async function patchModel(base: ModelRecord, body: ModelUpdate): Promise<ModelRecord> {
  return savedModel(
    await apiFetch("updateModel", { params: paramsOf(base), body, ifMatch: base.etag }),
  );
}

/** Only a dry run returns a preview. */
function savedModel(answer: ModelRecord | PriceChangePreview): ModelRecord {
  if ("etag" in answer) return answer;
  throw new Error("A change was answered with a preview.");
}

/** Previews how a change of prices changes the model's costs. */
export async function previewPrices(
  base: ModelRecord,
  body: ModelUpdate,
  signal: AbortSignal,
): Promise<PriceChangePreview> {
  const query = { dry_run: true };
  const answer = await apiFetch("updateModel", { params: paramsOf(base), query, body, signal });
  if ("etag" in answer) throw new Error("A preview was answered with a change.");
  return answer;
}

/**
 * Saves a form, then shows the server's record.
 * @param pricesFrom when its prices take effect; undefined: now
 */
export function useSaveModel(pricesFrom?: string) {
  const client = useQueryClient();
  return useVersionedSave<ModelRecord, ModelChanges>({
    write: (base, changes) =>
      patchModel(base, { ...changes, ...(pricesFrom && { prices_from: pricesFrom }) }),
    show: (record) => putRecord(client, record),
    stale: [modelQueries.all],
  });
}

/**
 * Toggles a model optimistically; a refusal rolls it back and shows the reason. Findings are left to
 * the dialog.
 */
export function useToggleModel() {
  const client = useQueryClient();
  return useVersionedSave<ModelRecord, ModelUpdate>({
    write: patchModel,
    optimistic: ({ base, changes }) => showToggled(client, base, changes),
    show: (record) => putRecord(client, record),
    onError: (error, { base }) => {
      if (!findingsOf(error)) showRefusal(error, base);
    },
    stale: [modelQueries.all],
  });
}

/**
 * As above, for a menu, which has no dialog for a refusal. Keeps mutations out of the page's first
 * load.
 */
export async function activateModel(client: QueryClient, base: ModelRecord): Promise<void> {
  const changes = { is_active: true };
  const rollback = await showToggled(client, base, changes);
  try {
    putRecord(client, await saveVersioned({ base, changes, write: patchModel }));
  } catch (error) {
    rollback();
    showRefusal(error, base);
  }
  await client.invalidateQueries({ queryKey: modelQueries.all });
}

async function showToggled(client: QueryClient, base: ModelRecord, changes: ModelUpdate) {
  await client.cancelQueries({ queryKey: listKey });
  const before = client.getQueryData(listKey);
  client.setQueryData(listKey, (list) => list && toggled(list, base, changes));
  return () => {
    client.setQueryData(listKey, before);
  };
}

function showRefusal(error: unknown, { display_name }: ModelRecord): void {
  showToast({
    tone: "bad",
    title: `${display_name} was not changed`,
    description: describeError(error).detail,
  });
}

/** Registers a model. */
export function useCreateModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: ModelDraft) => apiFetch("createModel", { body: draft }),
    onSuccess: (created) => {
      client.setQueryData(
        listKey,
        (list) => list && { ...list, models: [...list.models, created] },
      );
    },
    onSettled: () => refreshCounts(client),
  });
}

/** Replaces the invalid values of a defective row. */
export function useRepairRow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ changes, ...key }: RowRepair) =>
      savedModel(await apiFetch("updateModel", { params: paramsOf(key), body: changes })),
    onSettled: () => refreshCounts(client),
  });
}

export type RowRepair = { provider: string; model_id: string; changes: ModelChanges };

/** Deletes a defective row. */
export function useDeleteRow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pk: string) => apiFetch("deleteDefectiveModel", { params: { pk } }),
    onSuccess: (_, pk) => dropRow(client, pk),
    onSettled: () => refreshCounts(client),
  });
}

function refreshCounts(client: QueryClient) {
  return Promise.all([
    client.invalidateQueries({ queryKey: modelQueries.all }),
    client.invalidateQueries({ queryKey: providerQueries.all }),
  ]);
}

function putRecord(client: QueryClient, saved: ModelRecord) {
  client.setQueryData(listKey, (list) => {
    const models = list?.models.map((model) => (model.pk === saved.pk ? saved : model));
    return list && models && { ...list, models };
  });
}

function dropRow(client: QueryClient, pk: string) {
  const stays = (row: { pk: string }) => row.pk !== pk;
  client.setQueryData(
    listKey,
    (list) =>
      list && { models: list.models.filter(stays), defective: list.defective.filter(stays) },
  );
}

/** The list after the change: at most one default per provider, always active. */
function toggled(list: ModelList, { pk, provider_id }: ModelRecord, changes: ModelChanges) {
  const models = list.models.map((model): ModelRecord => {
    if (model.pk === pk) {
      const next = { ...model, is_active: changes.is_active ?? model.is_active };
      return { ...next, is_default: next.is_active && (changes.is_default ?? model.is_default) };
    }
    const losesDefault =
      changes.is_default && model.is_default && model.provider_id === provider_id;
    return losesDefault ? { ...model, is_default: false } : model;
  });
  return { ...list, models };
}
