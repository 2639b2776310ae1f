import "server-only";
import { countAgentsByProvider } from "@/lib/agents/references";
import { AppError } from "@/lib/errors";
import { countModelsByProvider } from "@/lib/models/references";
import {
  isProviderId,
  type KeyStatus,
  type ProviderId,
  providerIdOf,
  providerIds,
  providers,
} from "@/lib/providers/schema";
import { type KeyNote, listKeyNotes, saveKeyCheck } from "./notes-repository";
import type { ProviderList } from "./schema";
import { previousStage, readSecret, readStages } from "./secret-repository";
import { fingerprint, foreignKeys, publicState, storedKey } from "./state";

/** @throws AppError `not_found` for a name that is no provider id */
export function requireProvider(id: string): ProviderId {
  if (isProviderId(id)) return id;
  const message = `There is no provider "${id}". Known: ${providerIds.join(", ")}.`;
  throw new AppError("not_found", message);
}

/** Every provider with its counts and the state of its key, and the other names in the secret. */
export async function listProviders(): Promise<ProviderList> {
  const [secret, stages, notes, models, agents] = await Promise.all([
    readSecret(),
    readStages(),
    listKeyNotes(),
    countModelsByProvider(),
    countAgentsByProvider(),
  ]);
  const values = secret?.values ?? {};
  const records = providers.map(({ id, name, secret_key_name }) => ({
    id,
    name,
    secret_key_name,
    models: sumOf(models, id),
    agents: sumOf(agents, id),
    key: publicState(
      id,
      storedKey(id, values),
      notes.get(id),
      stages.has(previousStage(secret_key_name)),
    ),
  }));
  return { providers: records, foreign_keys: foreignKeys(values, [...providers]) };
}

export async function keyStatusOf(id: ProviderId): Promise<KeyStatus> {
  const [secret, notes] = await Promise.all([readSecret(), listKeyNotes()]);
  return publicState(id, storedKey(id, secret?.values ?? {}), notes.get(id)).status;
}

/** The stored key itself, for a call of the provider. Never send it to a browser. */
export async function readKey(id: ProviderId): Promise<string | null> {
  const secret = await readSecret();
  return storedKey(id, secret?.values ?? {})?.value ?? null;
}

/** Notes what a provider said of the stored key, if that is news. */
export async function noteKeyOutcome(
  id: ProviderId,
  used: string,
  status: "verified" | "rejected" | "expired",
): Promise<void> {
  const [secret, notes] = await Promise.all([readSecret(), listKeyNotes()]);
  const stored = storedKey(id, secret?.values ?? {});
  if (stored?.value !== used) return;
  const mark = fingerprint(stored);
  const note: KeyNote | undefined = notes.get(id);
  const known = note?.checked?.fingerprint === mark ? note.checked : null;
  if (known?.status === status) return;
  const checked = {
    fingerprint: mark,
    status,
    expires_at: known?.expires_at ?? null,
    checked_at: new Date().toISOString(),
  };
  await saveKeyCheck(id, checked, note);
}

function sumOf(counts: Map<string, number>, id: ProviderId): number {
  return [...counts].reduce((sum, [name, n]) => (providerIdOf(name) === id ? sum + n : sum), 0);
}
