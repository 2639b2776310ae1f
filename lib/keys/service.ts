import "server-only";
import { env } from "@/lib/env";
import { countModelsByProvider } from "@/lib/models/reference-service";
import { countAgentsByProvider } from "@/lib/models/users-service";
import { runtimeProviders } from "@/lib/providers/runtime";
import { type ProviderId, providerIdOf, providerInfo, providers } from "@/lib/providers/schema";
import { type KeyNote, listKeyNotes, saveKeyCheck } from "./notes-repository";
import { findForeignKeys, fingerprint, kindOfEntry, storedKey, toProviderKey } from "./rules/state";
import type { KeyStatus, ProviderKey, ProviderList, SecretEntry } from "./schema";
import {
  forgetRecentSecret,
  previousStage,
  readOtherSecret,
  readRecentSecret,
  readSecret,
  readSecretOrFault,
  readStages,
  type SecretReading,
} from "./secret-repository";

/** Numbers of rows by provider name, as stored. */
type ProviderCounts = {
  models: Map<string, number>;
  /** Null if the table of agents doesn't exist. */
  agents: Map<string, number> | null;
};

async function countRows(): Promise<ProviderCounts> {
  const [models, agents] = await Promise.all([countModelsByProvider(), countAgentsByProvider()]);
  return { models, agents };
}

/** Every provider with its counts and key state, and the other names in the secret. */
export function listProviders(): Promise<ProviderList> {
  return listProvidersWith(countRows());
}

/** As above, for callers that have already counted the rows. */
export async function listProvidersWith(
  counts: ProviderCounts | Promise<ProviderCounts>,
): Promise<ProviderList> {
  const [{ secret, fault }, stages, notes, { models, agents }] = await Promise.all([
    readSecretOrFault(),
    readStages(),
    listKeyNotes(),
    counts,
  ]);
  const values = secret?.values ?? {};
  const records = providers.map(({ id, name, secret_key_name }) => ({
    id,
    name,
    secret_key_name,
    models: sumOf(models, id),
    agents: agents ? sumOf(agents, id) : 0,
    ...(agents === null && { agents_unknown: true as const }),
    key: toProviderKey(
      id,
      storedKey(id, values),
      // In an unreadable secret, an overwritten key can't be detected.
      fault ? undefined : notes.get(id),
      !fault && stages.has(previousStage(secret_key_name)),
    ),
  }));
  return {
    providers: records,
    foreign_keys: findForeignKeys(values, [...providers]),
    secret_fault: fault,
    bedrock_region: env().BEDROCK_REGION,
    runtime_providers: [...runtimeProviders()],
  };
}

/** Providers whose key contains a control character, so that no request can carry it. */
export async function listUnsendableKeys(): Promise<ProviderId[]> {
  const { secret } = await readSecretOrFault();
  const isUnsendable = (name: string) => kindOfEntry(secret?.values[name]) === "unsendable";
  return providers.flatMap(({ id, secret_key_name }) => (isUnsendable(secret_key_name) ? id : []));
}

/** The key status as agents see it; `missing` if the secret isn't a JSON object. */
export async function keyStatusOf(id: ProviderId): Promise<KeyStatus> {
  return (await readKeyState(id)).key.status;
}

type KeyState = { key: ProviderKey; entry: SecretEntry };

/** The state of one key as the agents' caller sees it. */
export async function readKeyState(id: ProviderId): Promise<KeyState> {
  const [reading, notes] = await Promise.all([readSecretOrFault(), listKeyNotes()]);
  const key = toProviderKey(id, storedKey(id, reading.secret?.values ?? {}), notes.get(id));
  return { key, entry: entryOf(reading, providerInfo(id).secret_key_name) };
}

/** What the secret holds for the agents' caller under a name from a state machine's definition. */
export async function readSecretEntry(name: string): Promise<SecretEntry> {
  return entryOf(await readSecretOrFault(), name);
}

function entryOf({ secret, fault, isJson }: SecretReading, name: string): SecretEntry {
  if (secret) return { value: kindOfEntry(secret.values[name]), fault: null };
  if (!fault) return { value: "missing", fault: "missing" };
  return { value: "missing", fault: isJson ? "not_an_object" : fault.kind };
}

/** The stored key itself, for a call of the provider. Never send it to a browser. */
export async function readKey(id: ProviderId): Promise<string | null> {
  const secret = await readSecret();
  return storedKey(id, secret?.values ?? {})?.value ?? null;
}

/** As above, as of at most KEY_CACHE_SECONDS ago. */
export async function readRecentKey(id: ProviderId): Promise<string | null> {
  const secret = await readRecentSecret();
  return storedKey(id, secret?.values ?? {})?.value ?? null;
}

/** The stored key, if it differs from the key that a provider has just refused; otherwise null. */
export async function readNewerKey(id: ProviderId, refused: string): Promise<string | null> {
  forgetRecentSecret();
  const key = await readRecentKey(id);
  return key === refused ? null : key;
}

/** Outcomes that are already in the notes. Another copy may change a note. */
const notedOutcomes = new Map<ProviderId, { mark: string; status: string; at: number }>();

/** Records the outcome of using a key, if that key is stored and the outcome is new. */
export async function recordKeyOutcome(
  id: ProviderId,
  used: string,
  status: "verified" | "rejected" | "expired",
): Promise<void> {
  const stored = storedKey(id, (await readRecentSecret())?.values ?? {});
  if (stored?.value !== used) return;
  const mark = fingerprint(stored);
  const noted = notedOutcomes.get(id);
  const isNoted = noted?.mark === mark && noted.status === status;
  if (isNoted && Date.now() - noted.at < env().KEY_CACHE_SECONDS * 1000) return;
  await noteOutcome(id, mark, status);
  notedOutcomes.set(id, { mark, status, at: Date.now() });
}

async function noteOutcome(
  id: ProviderId,
  mark: string,
  status: "verified" | "rejected" | "expired",
): Promise<void> {
  const note: KeyNote | undefined = (await listKeyNotes()).get(id);
  const check = note?.checked?.fingerprint === mark ? note.checked : null;
  if (check?.status === status) return;
  const checked = {
    fingerprint: mark,
    status,
    expires_at: check?.expires_at ?? null,
    checked_at: new Date().toISOString(),
  };
  await saveKeyCheck(id, checked, note);
}

type SharedKeys = {
  shared: { secret_key_name: string; secret_id: string }[];
  /** The secrets that couldn't be read. */
  unreadable: string[];
};

/** Keys that have the same value in another environment's secret (COMPARE_SECRET_IDS). */
export async function listSharedKeys(): Promise<SharedKeys> {
  const ids = env().COMPARE_SECRET_IDS;
  if (ids.length === 0) return { shared: [], unreadable: [] };
  const [{ secret }, ...others] = await Promise.all([
    readSecretOrFault(),
    ...ids.map(readOtherSecret),
  ]);
  const own = secret?.values ?? {};
  const shared = ids.flatMap((secret_id, index) =>
    providers
      .map(({ secret_key_name }) => secret_key_name)
      .filter((name) => typeof own[name] === "string" && own[name] === others[index]?.[name])
      .map((secret_key_name) => ({ secret_key_name, secret_id })),
  );
  return { shared, unreadable: ids.filter((_, index) => !others[index]) };
}

function sumOf(counts: Map<string, number>, id: ProviderId): number {
  return [...counts].reduce((sum, [name, n]) => (providerIdOf(name) === id ? sum + n : sum), 0);
}
