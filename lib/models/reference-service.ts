import "server-only";
import { applyChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { agentsGuard, bumpGuard } from "@/lib/guards/repository";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { type ProviderId, providerIdOf } from "@/lib/providers/schema";
import {
  emptyNotes,
  findModelNotes,
  listModelNotes,
  type StoredNotes,
  saveCapabilityProof,
  saveLastTest,
  saveProbeOutcome,
  saveRuntimeTest,
} from "./notes-repository";
import { type PriceNotes, readPriceNotes } from "./price-notes-repository";
import {
  findModelRow,
  listModelPks,
  listModelRows,
  requireActiveRow,
  requireModelRow,
} from "./repository";
import { changedAttributes, type DefectiveRow, type ModelRow, parseModelRow } from "./row";
import { requireValidRow } from "./rules/soundness";
import { candidatePks, type ModelChanges, type ModelKey, modelPk } from "./schema";

export type { ModelRow } from "./row";

/** The row that a provider and model resolve to, aliases included; null if there is none. */
export async function findModel(
  provider: string,
  modelId: string,
): Promise<ModelRow | DefectiveRow | null> {
  for (const pk of candidatePks(provider, modelId)) {
    const row = await findModelRow(pk);
    if (row) return row;
  }
  return null;
}

/** @throws AppError `not_found`, `model_defective` */
export async function readValidRow(key: ModelKey): Promise<ModelRow> {
  const pk = modelPk(key);
  const row = await findModelRow(pk);
  if (row) return requireValidRow(row);
  throw new AppError("not_found", `There is no model "${pk}" in the registry.`);
}

/** The row as these changes would leave it. Writes nothing. */
export async function changedRow(row: ModelRow, changes: ModelChanges): Promise<ModelRow> {
  const catalog = await loadCatalog();
  const written = changedAttributes(row, changes, catalog);
  return requireValidRow(parseModelRow(applyChanges(row.raw, written), catalog));
}

/** Returns a function that resolves provider and model to a registered pk, aliases included. */
export async function createResolver(): Promise<Resolve> {
  return createResolverFor(await listModelPks());
}

export type Resolve = (provider: string, modelId: string) => string | null;

/** As above, for callers that have already loaded the keys. */
export function createResolverFor(pks: Set<string>): Resolve {
  return (provider, modelId) => candidatePks(provider, modelId).find((pk) => pks.has(pk)) ?? null;
}

export { observePrices, recordAppearance, recordDisappearance } from "./price-observation-service";
export { initialPrices } from "./price-record-service";
export { findRegisteredAgents, type RegisteredAgent } from "./users-repository";
export {
  findModelRow,
  type PriceNotes,
  readPriceNotes,
  saveCapabilityProof,
  saveLastTest,
  saveProbeOutcome,
  saveRuntimeTest,
};

/** How many models are registered under each provider, as stored. */
export async function countModelsByProvider(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const pk of await listModelPks()) {
    const provider = pk.split("#")[0] ?? "";
    counts.set(provider, (counts.get(provider) ?? 0) + 1);
  }
  return counts;
}

/** The model ID of a provider's default; null if it has none. */
export async function findDefaultModel(id: ProviderId): Promise<string | null> {
  const { rows } = await listModelRows();
  const chosen = rows.find((row) => row.is_default && providerIdOf(row.provider) === id);
  return chosen?.model_id ?? null;
}

/**
 * The writes that make a switch fail if the model is gone, and that touch its guard.
 * @param allowInactive for an undo, which may return to an inactive model
 */
export function requireModelForSwitch(pk: string, allowInactive = false): WriteItem[] {
  const held = allowInactive ? requireModelRow(pk) : requireActiveRow(pk);
  return [held, bumpGuard(agentsGuard(pk))];
}

/** One row with its notes, read consistently; null if it doesn't exist. */
export async function findModelWithNotes(
  pk: string,
): Promise<{ row: ModelRow | DefectiveRow; notes: StoredNotes } | null> {
  const [row, notes] = await Promise.all([findModelRow(pk), findModelNotes(pk)]);
  return row && { row, notes };
}

export { readAvailabilities } from "./evidence-service";
export { listModelReverts } from "./reverted-service";

export type ModelsWithNotes = { rows: (ModelRow & StoredNotes)[]; defective: DefectiveRow[] };

/** All rows with their notes. Defective rows are listed separately. */
export async function listModelsWithNotes(): Promise<ModelsWithNotes> {
  const [{ rows, defective }, notes] = await Promise.all([listModelRows(), listModelNotes()]);
  return { rows: rows.map((row) => ({ ...row, ...(notes.get(row.pk) ?? emptyNotes) })), defective };
}
