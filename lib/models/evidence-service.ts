import "server-only";
import { AppError } from "@/lib/errors";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { providerIdOf } from "@/lib/providers/schema";
import { findListing, listListings, saveListing } from "./listings-repository";
import { emptyNotes, findModelNotes, listModelNotes, type StoredNotes } from "./notes-repository";
import type { ModelRow } from "./row";
import { documentedRetirement } from "./rules/documented-retirement";
import { findModelEvidence, type ModelFindings, type ProviderListing } from "./rules/evidence";
import { judgeAvailability } from "./rules/judge-availability";
import type { Availability } from "./schema";

export { findListing, listListings, saveListing };

export type JudgedRow = Pick<
  ModelRow,
  "pk" | "provider" | "model_id" | "display_name" | "lifecycle" | "retires_on"
>;

/** Findings against a model from its row, its notes and its provider's list. */
export function judgeModel(
  row: JudgedRow,
  notes: StoredNotes,
  listing: ProviderListing | null,
): ModelFindings {
  const { pk, provider, model_id, display_name, lifecycle, retires_on } = row;
  const { last_test, last_proof } = notes;
  const provider_id = providerIdOf(provider) ?? provider;
  const model = { pk, provider_id, model_id, display_name, lifecycle, retires_on };
  const evidence = { ...model, last_test, last_proof, listing };
  const modelFindings = findModelEvidence(evidence, Date.now());
  const documented =
    modelFindings.blocking.length === 0 ? documentedRetirement(evidence, Date.now()) : null;
  return documented
    ? { ...modelFindings, warnings: [documented, ...modelFindings.warnings] }
    : modelFindings;
}

export type JudgeAvailability = (row: JudgedRow, notes: StoredNotes) => Availability;

/**
 * Returns a function that judges whether a provider offers a model, based on the cached lists.
 * @param provider reads only this provider's list
 */
export async function readAvailabilities(provider?: string): Promise<JudgeAvailability> {
  const id = provider === undefined ? null : providerIdOf(provider);
  const [listings, catalog] = await Promise.all([
    id
      ? findListing(id).then((listing) => new Map<string, ProviderListing | null>([[id, listing]]))
      : listListings(),
    loadCatalog(),
  ]);
  const now = Date.now();
  return (row, { last_test, last_proof }) => {
    const { pk, provider, model_id, display_name, lifecycle, retires_on } = row;
    const provider_id = providerIdOf(provider) ?? provider;
    const listing = listings.get(provider_id) ?? null;
    const model = { pk, provider_id, model_id, display_name, lifecycle, retires_on };
    const evidence = { ...model, last_test, last_proof, listing };
    return judgeAvailability(evidence, catalog.lifecycle(provider, model_id), now);
  };
}

/** Findings against a model. @param listing its provider's list; null if it can't be read */
export async function readModelFindings(
  row: JudgedRow,
  listing: ProviderListing | null,
): Promise<ModelFindings & Pick<StoredNotes, "capabilities_proved" | "runtime_evidence">> {
  const notes = await findModelNotes(row.pk);
  const { capabilities_proved, runtime_evidence } = notes;
  return { ...judgeModel(row, notes, listing), capabilities_proved, runtime_evidence };
}

/** As `readModelFindings`, with the cached list of the provider. */
export async function readStoredFindings(row: JudgedRow): Promise<ModelFindings> {
  const id = providerIdOf(row.provider);
  return readModelFindings(row, id && (await findListing(id)));
}

/**
 * A default is offered first, so a model that can't be called needs a reason to become one.
 * @returns whether a finding was overridden
 * @throws AppError `preflight_blocked` with the findings
 */
export async function assertDefaultCallable(
  row: JudgedRow,
  override_reason: string | undefined,
): Promise<boolean> {
  const { blocking } = await readStoredFindings(row);
  if (blocking.length === 0) return false;
  if (override_reason !== undefined) return true;
  const problems = blocking.map(({ title }) => title).join("; ");
  const message = `Agents that get the default would fail: ${problems}. Choose another model, or give an override_reason.`;
  throw new AppError("preflight_blocked", message, { extra: { findings: blocking } });
}

/** As `readModelFindings` for many models, with the cached lists. */
export async function readFindingsOfMany(): Promise<(row: JudgedRow) => ModelFindings> {
  const [notes, listings] = await Promise.all([listModelNotes(), listListings()]);
  return (row) => {
    const listing = listings.get(providerIdOf(row.provider) ?? row.provider) ?? null;
    return judgeModel(row, notes.get(row.pk) ?? emptyNotes, listing);
  };
}
