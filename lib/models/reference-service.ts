import "server-only";
import type { WriteItem } from "@/lib/aws/transact";
import type {
  CapabilitiesProved,
  CapabilityName,
  CapabilityProof,
} from "@/lib/capabilities/schema";
import { AppError } from "@/lib/errors";
import { agentsGuard, touchGuard } from "@/lib/guards/repository";
import { type ProviderId, providerIdOf } from "@/lib/providers/schema";
import {
  emptyNotes,
  findModelNotes,
  listModelNotes,
  listPriceRecords,
  saveCapability,
  saveLastTest,
} from "./notes-repository";
import {
  findModelRow,
  listModelPks,
  listModelRows,
  requireActiveRow,
  requireModelRow,
} from "./repository";
import type { DefectiveRow, ModelRow } from "./row";
import { requireValidRow } from "./rules/soundness";
import { candidatePks, type LastTest, type ModelKey, type ModelNotes, modelPk } from "./schema";

/** What other resources may ask of models. */

export type { ModelRow } from "./row";

/** The row that a provider and model stand for, aliases included; null when there is none. */
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

/** The same for many agents at once. */
export async function createResolver(): Promise<Resolve> {
  return createResolverFor(await listModelPks());
}

export type Resolve = (provider: string, modelId: string) => string | null;

/** The same, for who has read the keys of all rows already. */
export function createResolverFor(pks: Set<string>): Resolve {
  return (provider, modelId) => candidatePks(provider, modelId).find((pk) => pks.has(pk)) ?? null;
}

export { findModelRow, listPriceRecords };

/** How many models are registered under each provider, as stored. */
export async function countModelsByProvider(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const pk of await listModelPks()) {
    const provider = pk.split("#")[0] ?? "";
    counts.set(provider, (counts.get(provider) ?? 0) + 1);
  }
  return counts;
}

/** The model ID of a provider's default; null when it has none. */
export async function findDefaultModel(id: ProviderId): Promise<string | null> {
  const { rows } = await listModelRows();
  const chosen = rows.find((row) => row.is_default && providerIdOf(row.provider) === id);
  return chosen?.model_id ?? null;
}

/**
 * What a switch to this model adds to its transaction: the row stays while the agent moves.
 * @param allowInactive for what goes back to the model that it was on
 */
export function requireModelForSwitch(pk: string, allowInactive = false): WriteItem[] {
  const held = allowInactive ? requireModelRow(pk) : requireActiveRow(pk);
  return [held, touchGuard(agentsGuard(pk))];
}

/** Keeps the result of a test completion with the model's row. */
export function keepLastTest(pk: string, test: LastTest): Promise<void> {
  return saveLastTest(pk, test);
}

/** One row, read consistently, with its notes; null when there is none. */
export async function findModelWithNotes(
  pk: string,
): Promise<{ row: ModelRow | DefectiveRow; notes: ModelNotes } | null> {
  const [row, notes] = await Promise.all([findModelRow(pk), findModelNotes(pk)]);
  return row && { row, notes };
}

/** What probes have shown of the model; null when it was never probed. */
export async function findCapabilities(pk: string): Promise<CapabilitiesProved | null> {
  return (await findModelNotes(pk)).capabilities_proved;
}

/** Keeps what a probe has shown of one capability with the model's row. */
export function keepCapability(
  pk: string,
  name: CapabilityName,
  proof: CapabilityProof,
): Promise<void> {
  return saveCapability(pk, name, proof);
}

export type ModelsWithNotes = { rows: (ModelRow & ModelNotes)[]; defective: DefectiveRow[] };

/** Every row with what tests and probes have shown of it, and the faulty rows apart. */
export async function listModelsWithNotes(): Promise<ModelsWithNotes> {
  const [{ rows, defective }, notes] = await Promise.all([listModelRows(), listModelNotes()]);
  return { rows: rows.map((row) => ({ ...row, ...(notes.get(row.pk) ?? emptyNotes) })), defective };
}
