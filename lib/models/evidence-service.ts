import "server-only";
import { AppError } from "@/lib/errors";
import { providerIdOf } from "@/lib/providers/schema";
import { findListing, listListings, saveListing } from "./listings-repository";
import { emptyNotes, findModelNotes, listModelNotes, type StoredNotes } from "./notes-repository";
import type { ModelRow } from "./row";
import { documentedRetirement } from "./rules/documented-retirement";
import { findModelEvidence, type ModelFindings, type ProviderListing } from "./rules/evidence";

export { findListing, listListings, saveListing };

export type JudgedRow = Pick<
  ModelRow,
  "pk" | "provider" | "model_id" | "display_name" | "lifecycle" | "retires_on"
>;

/** What a row, its notes and its provider's list say against a model. */
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

/** What is known against a model. @param listing its provider's list; null if it can't be read */
export async function readModelFindings(
  row: JudgedRow,
  listing: ProviderListing | null,
): Promise<ModelFindings & Pick<StoredNotes, "capabilities_proved" | "runtime_evidence">> {
  const notes = await findModelNotes(row.pk);
  const { capabilities_proved, runtime_evidence } = notes;
  return { ...judgeModel(row, notes, listing), capabilities_proved, runtime_evidence };
}

/** As `readModelFindings`, by the provider's list as it was read last. */
export async function readStoredFindings(row: JudgedRow): Promise<ModelFindings> {
  const id = providerIdOf(row.provider);
  return readModelFindings(row, id && (await findListing(id)));
}

/**
 * A default is offered first, so a dead model doesn't become one without a reason.
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

/** As `readModelFindings` for many models, by the cached lists. */
export async function readFindingsOfMany(): Promise<(row: JudgedRow) => ModelFindings> {
  const [notes, listings] = await Promise.all([listModelNotes(), listListings()]);
  return (row) => {
    const listing = listings.get(providerIdOf(row.provider) ?? row.provider) ?? null;
    return judgeModel(row, notes.get(row.pk) ?? emptyNotes, listing);
  };
}
