import "server-only";
import { beginEvent, settled } from "@/lib/activity/service";
import { countAgentsByProvider } from "@/lib/agents/references";
import type { Actor } from "@/lib/auth/actor";
import { text } from "@/lib/aws/attributes";
import { transact } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import { countModelsByProvider } from "@/lib/models/references";
import {
  type KeyStatus,
  ProviderId,
  type ProviderInfo,
  type ProviderKey,
  type ProviderRecord,
  providerIdOf,
  providerIds,
  providerInfo,
  providers,
} from "@/lib/providers/schema";
import { type KeyNote, listKeyNotes, replaceKeyNote, saveKeyNote } from "./notes-repository";
import type { KeyUpdate } from "./schema";
import { noSecret, readSecret, type SecretChanges, swapSecret } from "./secret-repository";

/** Callers of agents keep the whole secret this long (CONTRACT §1). */
const callerCacheMs = 5 * 60_000;

type Stored = { value: string; updatedAt: string | null; updatedBy: string | null };

/** @throws AppError `not_found` for a name that is no provider id */
export function requireProvider(id: string): ProviderId {
  const parsed = ProviderId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new AppError(
    "not_found",
    `There is no provider "${id}". Known: ${providerIds.join(", ")}.`,
  );
}

/** Every provider with its counts and the state of its key. */
export async function listProviders(): Promise<ProviderRecord[]> {
  const [secret, notes, models, agents] = await Promise.all([
    readSecret(),
    listKeyNotes(),
    countModelsByProvider(),
    countAgentsByProvider(),
  ]);
  return providers.map(({ id, name, secret_key_name }) => ({
    id,
    name,
    secret_key_name,
    models: sumOf(models, id),
    agents: sumOf(agents, id),
    key: publicState(id, storedKey(id, secret?.values ?? {}), notes.get(id)),
  }));
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

/** Saves a key without asking the provider. @throws AppError `setup_incomplete`, `conflict` */
export async function updateKey(
  actor: Actor,
  id: ProviderId,
  { api_key, expires_at = null }: KeyUpdate,
): Promise<ProviderKey> {
  const updatedAt = new Date().toISOString();
  const stored = { value: api_key, updatedAt, updatedBy: actor.name };
  const note: KeyNote = {
    fingerprint: fingerprint(stored),
    status: "stored",
    expires_at,
    checked_at: null,
  };
  await changeSecret(actor, id, note, stored);
  return publicState(id, stored, note);
}

/** Removes a key and what was written beside it. @throws AppError `not_found` (no key there) */
export async function removeKey(actor: Actor, id: ProviderId): Promise<ProviderKey> {
  const note: KeyNote = { fingerprint: "", status: "stored", expires_at: null, checked_at: null };
  await changeSecret(actor, id, note, null);
  return publicState(id, null, undefined);
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
  const known = notes.get(id);
  if (known?.fingerprint === mark && known.status === status) return;
  const expires_at = known?.fingerprint === mark ? known.expires_at : null;
  await saveKeyNote(id, {
    fingerprint: mark,
    status,
    expires_at,
    checked_at: new Date().toISOString(),
  });
}

async function changeSecret(actor: Actor, id: ProviderId, note: KeyNote, next: Stored | null) {
  const info = providerInfo(id);
  const secret = await readSecret();
  if (!secret) throw noSecret();
  const previous = storedKey(id, secret.values);
  if (!next && !previous) throw new AppError("not_found", `No key of ${info.name} is stored.`);
  const event = await beginEvent(actor, {
    action: next ? "key.update" : "key.delete",
    entity: { kind: "key", id },
    before: previous && { last_four: text(lastFour(previous.value) ?? "") },
    after: next && { last_four: text(lastFour(next.value) ?? "") },
  });
  await swapSecret(() => secretChanges(info, next)).catch(async (error) => {
    if (error instanceof AppError) await transact([settled(event, "refused")]);
    throw error;
  });
  await transact([settled(event, "done"), replaceKeyNote(id, note)]);
}

function secretChanges({ id, secret_key_name: name }: ProviderInfo, next: Stored | null) {
  const changes: SecretChanges = {
    [name]: next?.value ?? null,
    [`${name}_UPDATED_AT`]: next?.updatedAt ?? null,
    [`${name}_PROVIDER`]: next && id,
    [`${name}_UPDATED_BY`]: next?.updatedBy ?? null,
  };
  return changes;
}

function storedKey(id: ProviderId, values: Record<string, unknown>): Stored | null {
  const name = providerInfo(id).secret_key_name;
  const textOf = (key: string) => {
    const value = values[key];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const value = textOf(name);
  if (value === null) return null;
  return {
    value,
    updatedAt: textOf(`${name}_UPDATED_AT`),
    updatedBy: textOf(`${name}_UPDATED_BY`),
  };
}

function publicState(
  id: ProviderId,
  stored: Stored | null,
  noted: KeyNote | undefined,
): ProviderKey {
  const note = stored && noted?.fingerprint === fingerprint(stored) ? noted : undefined;
  return {
    status: statusOf(stored, note),
    last_four: stored && lastFour(stored.value),
    updated_at: stored?.updatedAt ?? null,
    updated_by: stored?.updatedBy ?? null,
    kind: stored && kindOf(id, stored.value),
    region: null,
    expires_at: note?.expires_at ?? null,
    effective_at: effectiveAt(stored),
  };
}

function statusOf(stored: Stored | null, note: KeyNote | undefined): KeyStatus {
  if (!stored) return "missing";
  const expired = note?.expires_at && Date.parse(note.expires_at) <= Date.now();
  return expired ? "expired" : (note?.status ?? "stored");
}

function effectiveAt(stored: Stored | null): string | null {
  const at = Date.parse(stored?.updatedAt ?? "");
  return Number.isNaN(at) ? null : new Date(at + callerCacheMs).toISOString();
}

function kindOf(id: ProviderId, value: string): string {
  if (id !== "bedrock") return "api_key";
  return value.startsWith("bedrock-api-key-") ? "short_term" : "long_term";
}

/** Tells one value of a key from another without holding it. */
function fingerprint(stored: Stored): string {
  return `${stored.updatedAt ?? ""}#${lastFour(stored.value) ?? ""}`;
}

/** Null for a value so short that four characters would give it away. */
function lastFour(value: string): string | null {
  return value.length > 8 ? value.slice(-4) : null;
}

function sumOf(counts: Map<string, number>, id: ProviderId): number {
  return [...counts].reduce((sum, [name, n]) => (providerIdOf(name) === id ? sum + n : sum), 0);
}
