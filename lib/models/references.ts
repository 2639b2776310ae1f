import "server-only";
import type { WriteItem } from "@/lib/aws/transact";
import { agentsGuard, saveLastTest, touchGuard } from "./notes-repository";
import { findModelRow, listModelPks, requireActiveRow } from "./repository";
import { type DefectiveRow, isDefective, type ModelRow } from "./row";
import { candidatePks, type LastTest } from "./schema";

/** What other resources may ask of models. */

export type { ModelRow } from "./row";

/** The row that a provider and model stand for, aliases included; null when there is none. */
export async function findRegistered(
  provider: string,
  modelId: string,
): Promise<ModelRow | DefectiveRow | null> {
  for (const pk of candidatePks(provider, modelId)) {
    const row = await findModelRow(pk);
    if (row) return row;
  }
  return null;
}

/** The same for many agents at once. */
export async function resolver(): Promise<(provider: string, modelId: string) => string | null> {
  const pks = await listModelPks();
  return (provider, modelId) => candidatePks(provider, modelId).find((pk) => pks.has(pk)) ?? null;
}

export { isDefective };

/** How many models are registered under each provider, as stored. */
export async function countModelsByProvider(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const pk of await listModelPks()) {
    const provider = pk.split("#")[0] ?? "";
    counts.set(provider, (counts.get(provider) ?? 0) + 1);
  }
  return counts;
}

/** What a switch to this model adds to its transaction: the row stays while the agent moves. */
export function holdModel(pk: string): WriteItem[] {
  return [requireActiveRow(pk), touchGuard(agentsGuard(pk))];
}

/** Keeps the result of a test completion with the model's row. */
export function keepLastTest(pk: string, test: LastTest): Promise<void> {
  return saveLastTest(pk, test);
}
