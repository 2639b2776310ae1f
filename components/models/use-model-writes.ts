"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { providerQueries } from "@/components/keys/queries";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { apiFetch } from "@/lib/api-client";
import type { ModelChanges, ModelDraft, ModelList, ModelRecord } from "@/lib/models/schema";
import { api } from "@/lib/paths";
import { modelQueries } from "./queries";
import { EditConflict, saveModel } from "./save-model";

export type ModelEdit = { model: ModelRecord; changes: ModelChanges };

const listKey = modelQueries.list().queryKey;

/** Saves a form: waits for the answer, then shows the record that the server has. */
export function useSaveModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ model, changes }: ModelEdit) => saveModel(model, changes),
    onSuccess: (saved) => putRecord(client, saved),
    onSettled: () => client.invalidateQueries({ queryKey: modelQueries.all }),
  });
}

/** Flips a switch of a model: on screen at once, taken back with the reason when it is refused. */
export function useFlipModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ model, changes }: ModelEdit) => saveModel(model, changes),
    onMutate: async ({ model, changes }) => {
      await client.cancelQueries({ queryKey: listKey });
      const before = client.getQueryData(listKey);
      client.setQueryData(listKey, (list) => list && flipped(list, model, changes));
      return { before };
    },
    onSuccess: (saved) => putRecord(client, saved),
    onError: (error, { model }, context) => {
      client.setQueryData(listKey, context?.before);
      showToast({
        tone: "bad",
        title: `${model.display_name} was not changed`,
        description:
          error instanceof EditConflict
            ? "Someone else changed the same at the same moment. Look at it again."
            : errorInWords(error).detail,
      });
    },
    onSettled: () => client.invalidateQueries({ queryKey: modelQueries.all }),
  });
}

/** Registers a model. */
export function useCreateModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (draft: ModelDraft) => apiFetch<ModelRecord>(api.models(), { body: draft }),
    onSuccess: (created) => {
      client.setQueryData(
        listKey,
        (list) => list && { ...list, models: [...list.models, created] },
      );
    },
    onSettled: () => refreshCounts(client),
  });
}

/** Gives the wrong values of a defective row anew. */
export function useRepairRow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ provider, model_id, changes }: RowRepair) =>
      apiFetch<ModelRecord>(api.model(provider, model_id), { method: "PATCH", body: changes }),
    onSettled: () => refreshCounts(client),
  });
}

export type RowRepair = { provider: string; model_id: string; changes: ModelChanges };

/** Deletes a defective row. */
export function useDeleteRow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (pk: string) => apiFetch<void>(api.defectiveModel(pk), { method: "DELETE" }),
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

/** The list as it will be: one default for a provider, and a default is active. */
function flipped(list: ModelList, { pk, provider_id }: ModelRecord, changes: ModelChanges) {
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
