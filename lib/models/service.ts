import "server-only";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { GuardConflict } from "@/lib/guards/repository";
import { retryOnGuardConflict } from "@/lib/guards/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { reduceBedrockArn } from "@/lib/providers/rules/bedrock-id";
import { runtimeProviders } from "@/lib/providers/runtime";
import { providerIdOf, providerIds } from "@/lib/providers/schema";
import { changeItems, clearOtherDefaults, deletionItems, newSettings } from "./change-service";
import {
  assertDefaultCallable,
  type JudgeAvailability,
  readAvailabilities,
} from "./evidence-service";
import { emptyNotes, findModelNotes, listModelNotes, type StoredNotes } from "./notes-repository";
import { createModelRow, findModelRow, listModelRows } from "./repository";
import { type DefectiveRow, type ModelRow, newModelRow } from "./row";
import {
  applyRules,
  assertDefaultActive,
  assertKnownProvider,
  assertNotInUse,
} from "./rules/refusals";
import { runtimeCallable } from "./rules/runtime-callable";
import { isDefective, requireValidRow } from "./rules/soundness";
import {
  type ModelChanges,
  type ModelCreation,
  type ModelFilter,
  type ModelKey,
  type ModelList,
  type ModelRecord,
  type ModelUpdate,
  modelPk,
} from "./schema";
import { findAgentsByModel, listModelUsers, type ModelUsers } from "./users-service";

/**
 * The models that match the filter, sorted by provider and ID. Defective rows are listed
 * separately.
 */
export async function listModels(filter: ModelFilter): Promise<ModelList> {
  const [{ rows, defective }, notes, judge] = await Promise.all([
    listModelRows(),
    listModelNotes(),
    readAvailabilities(),
  ]);
  const users = await findAgentsByModel(new Set([...rows, ...defective].map((row) => row.pk)));
  const models = rows
    .filter((row) => matchesFilter(row, filter))
    .sort((a, b) => order(a) - order(b) || (a.pk < b.pk ? -1 : 1))
    .map((row) => toRecord(row, users, notes.get(row.pk) ?? emptyNotes, judge));
  return { models, defective: defective.map(({ pk, reasons }) => ({ pk, reasons })) };
}

/** @throws AppError `not_found`, `model_defective` */
export async function getModel(key: ModelKey): Promise<ModelRecord> {
  const pk = modelPk(key);
  const row = requireValidRow(await requireRow(pk));
  const [users, notes, judge] = await Promise.all([
    findAgentsByModel(),
    findModelNotes(pk),
    readAvailabilities(row.provider_id),
  ]);
  return toRecord(row, users, notes, judge);
}

/** @throws AppError `model_exists`, `invalid`, `preflight_blocked` (a default that can't be called) */
export async function createModel(
  actor: Actor,
  { override_reason, ...input }: ModelCreation,
): Promise<ModelRecord> {
  const isBedrock = providerIdOf(input.provider) === "bedrock";
  const model_id = isBedrock ? reduceBedrockArn(input.model_id) : input.model_id;
  const draft = { ...input, model_id };
  assertKnownProvider(draft.provider, runtimeProviders());
  assertDefaultActive(draft.is_active ?? true, draft.is_default ?? false);
  const at = new Date().toISOString();
  const item = newModelRow(draft, at, await loadCatalog());
  const pk = modelPk(draft);
  const { display_name = draft.model_id, lifecycle = null, retires_on = null } = draft;
  const row = { ...draft, pk, display_name, lifecycle, retires_on };
  const isOverridden = draft.is_default && (await assertDefaultCallable(row, override_reason));
  await retryOnGuardConflict(async () => {
    const defaults = draft.is_default ? await clearOtherDefaults(actor, pk, at) : [];
    const entity = { kind: "model", id: pk } as const;
    const event = await changeEvent(actor, {
      action: "model.create",
      entity,
      before: null,
      after: item,
      ...(isOverridden && { reason: override_reason }),
    });
    await transact([...defaults, createModelRow(item), event, await newSettings(actor, pk, item)]);
  });
  return getModel(draft);
}

/**
 * Writes only the named attributes; a defective row must be valid afterwards.
 * @throws AppError `not_found`, `stale` (If-Match), `conflict` (a lost race), `invalid`,
 *   `preflight_blocked` (a default that can't be called)
 */
export async function updateModel(
  actor: Actor,
  key: ModelKey,
  { override_reason, prices_from, ...changes }: ModelUpdate,
  etag: string | null,
): Promise<ModelRecord> {
  const pk = modelPk(key);
  await retryOnGuardConflict(async () => {
    const row = await requireRow(pk);
    await assertFresh(key, row, etag);
    const isOverridden = await overridesDefault(row, changes, override_reason);
    const reason = isOverridden ? override_reason : undefined;
    const items = await changeItems(actor, row, applyRules(row, changes), etag !== null, {
      reason,
      prices_from,
    });
    if (items.length === 0) return;
    await transact(items).catch((error) => showCurrent(error, key, etag));
  }).catch((error) => showCurrentWhenBusy(error, key));
  return getModel(key);
}

/** @throws AppError `preflight_blocked` for a new default that can't be called */
async function overridesDefault(
  row: ModelRow | DefectiveRow,
  changes: ModelChanges,
  reason: string | undefined,
): Promise<boolean> {
  if (!changes.is_default || isDefective(row) || row.is_default) return false;
  const { lifecycle = row.lifecycle, retires_on = row.retires_on } = changes;
  return assertDefaultCallable({ ...row, lifecycle, retires_on }, reason);
}

/** Deletes a defective row. @throws AppError `not_found`, `model_in_use` */
export async function deleteDefectiveRow(actor: Actor, pk: string): Promise<void> {
  const row = await requireRow(pk);
  if (!isDefective(row)) {
    throw new AppError("conflict", `"${pk}" is a sound row: retire it instead.`);
  }
  assertNotInUse(pk, await listModelUsers(pk));
  await transact(await deletionItems(actor, row));
}

/** @throws AppError `stale` with the current record if the row doesn't match `etag` */
export async function assertFresh(
  key: ModelKey,
  row: ModelRow | DefectiveRow,
  etag: string | null,
) {
  if (etag === null || (!isDefective(row) && row.etag === etag)) return;
  await showCurrent(new AppError("conflict", ""), key, etag);
}

/** Adds the current record to a conflict. */
export async function showCurrent(
  error: unknown,
  key: ModelKey,
  etag: string | null,
  message = `Model "${modelPk(key)}" was changed by someone else. Nothing was saved.`,
): Promise<never> {
  if (!(error instanceof AppError) || error.code !== "conflict" || error instanceof GuardConflict) {
    throw error;
  }
  const current = await getModel(key);
  throw new AppError(etag === null ? "conflict" : "stale", message, { cause: error, current });
}

/** The record itself didn't change: the conflict was about the default, on other rows. */
export async function showCurrentWhenBusy(error: unknown, key: ModelKey): Promise<never> {
  if (!(error instanceof GuardConflict)) throw error;
  const current = await getModel(key);
  throw new AppError("conflict", error.message, { cause: error, current });
}

/** @throws AppError `not_found` */
export async function requireRow(pk: string): Promise<ModelRow | DefectiveRow> {
  const row = await findModelRow(pk);
  if (row) return row;
  throw new AppError("not_found", `There is no model "${pk}" in the registry.`);
}

function toRecord(
  { raw: _, legacy_disagreements: _legacy, ...row }: ModelRow,
  users: ModelUsers | null,
  stored: StoredNotes,
  judge: JudgeAvailability,
): ModelRecord {
  const { last_proof: _proof, ...notes } = stored;
  const unknown =
    users === null
      ? { agents_unknown: true as const }
      : users.unknown > 0 && { users_unknown: users.unknown };
  const callable = runtimeCallable({ ...row, ...notes });
  return {
    ...row,
    availability: judge(row, stored),
    used_by: users?.byPk.get(row.pk) ?? [],
    ...unknown,
    ...notes,
    ...callable,
  };
}

const ordered: readonly string[] = providerIds;

function order(row: ModelRow): number {
  const index = ordered.indexOf(row.provider_id);
  return index === -1 ? ordered.length : index;
}

function matchesFilter(row: ModelRow, { provider, active, q }: ModelFilter): boolean {
  const providerId = provider && (providerIdOf(provider) ?? provider);
  const words = q?.toLowerCase().trim();
  return (
    (!providerId || row.provider_id === providerId) &&
    (active === "all" || row.is_active === (active === "true")) &&
    (!words ||
      row.display_name.toLowerCase().includes(words) ||
      row.pk.toLowerCase().includes(words))
  );
}
