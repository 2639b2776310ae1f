"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { useVersionedSave } from "@/components/ui/form/use-versioned-save";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { apiFetch } from "@/lib/api/client";
import type { ModelChanges, ModelDraft, ModelList, ModelRecord } from "@/lib/models/schema";

const listKey = modelQueries.list().queryKey;

const patchModel = (base: ModelRecord, changes: ModelChanges) =>
  apiFetch("updateModel", {
    params: { provider: base.provider, modelId: base.model_id },
    body: changes,
    ifMatch: base.etag,
  });

/** Saves a form, then shows the server's record. */
export function useSaveModel() {
  const client = useQueryClient();
  return useVersionedSave<ModelRecord, ModelChanges>({
    write: patchModel,
    show: (record) => putRecord(client, record),
    stale: [modelQueries.all],
  });
}

/** Toggles a model optimistically; a refusal rolls it back and shows the reason. */
export function useToggleModel() {
  const client = useQueryClient();
  return useVersionedSave<ModelRecord, ModelChanges>({
    write: patchModel,
    optimistic: async ({ base, changes }) => {
      await client.cancelQueries({ queryKey: listKey });
      const before = client.getQueryData(listKey);
      client.setQueryData(listKey, (list) => list && toggled(list, base, changes));
      return () => client.setQueryData(listKey, before);
    },
    show: (record) => putRecord(client, record),
    onError: (error, { base }) =>
      showToast({
        tone: "bad",
        title: `${base.display_name} was not changed`,
        description: errorInWords(error).detail,
      }),
    stale: [modelQueries.all],
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
    mutationFn: ({ provider, model_id, changes }: RowRepair) =>
      apiFetch("updateModel", { params: { provider, modelId: model_id }, body: changes }),
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
