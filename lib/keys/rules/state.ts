import misnamed from "@/lib/keys/misnamed-keys.json";
import type { KeyNote } from "@/lib/keys/notes-repository";
import type { ForeignKey } from "@/lib/keys/schema";
import { type ProviderId, type ProviderInfo, providerInfo } from "@/lib/providers/schema";
import { utcTime } from "@/lib/utc-time";
import type { KeyStatus, ProviderKey, SecretEntry } from "../schema";
import { readBearerToken } from "./bearer-token";
import { isMasked, isPlaceholder, keyShape } from "./key-shape";

/** How long callers cache the secret (docs/contract.md, Secret). */
const callerCacheMs = 5 * 60_000;

/** A key in the secret. Never send the value to a browser. */
export type StoredKey = { value: string; updatedAt: string | null; updatedBy: string | null };

/** A provider's key in the secret; null if it is missing or isn't a string. */
export function storedKey(id: ProviderId, values: Record<string, unknown>): StoredKey | null {
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

/** Control characters, including line ends. A header allows only the tab. */
const notInHeaders = /[^\P{Cc}\t]/u;

/** Whether the agents' caller can use a value of the secret. */
export function kindOfEntry(value: unknown): SecretEntry["value"] {
  if (value === undefined) return "missing";
  if (typeof value !== "string") return "not_text";
  return notInHeaders.test(value) ? "unsendable" : "text";
}

/** The secret's entries for a key and its dates; null removes them. */
export function secretChanges({ id, secret_key_name: name }: ProviderInfo, next: StoredKey | null) {
  return {
    [name]: next?.value ?? null,
    [`${name}_UPDATED_AT`]: next?.updatedAt ?? null,
    [`${name}_PROVIDER`]: next && id,
    [`${name}_UPDATED_BY`]: next?.updatedBy ?? null,
  };
}

/** The state of a key for the browser. */
export function toProviderKey(
  id: ProviderId,
  stored: StoredKey | null,
  note: KeyNote | undefined,
  canRollBack = false,
): ProviderKey {
  const checked = note?.checked?.fingerprint === fingerprint(stored) ? note.checked : null;
  const token = id === "bedrock" && stored ? readBearerToken(stored.value) : null;
  const expires_at = earlier(token?.expires_at ?? null, checked?.expires_at ?? null);
  return {
    status: statusOf(stored, checked, expires_at),
    last_four: stored && lastFour(stored.value),
    looks_like: stored && keyShape(id, stored.value),
    updated_at: stored?.updatedAt ?? null,
    updated_by: stored?.updatedBy ?? null,
    kind: stored && (token ? token.kind : "api_key"),
    region: token?.region ?? null,
    expires_at,
    effective_at: effectiveAt(stored),
    can_roll_back: canRollBack,
    overwritten_since: overwrittenSince(stored, note),
  };
}

function statusOf(
  stored: StoredKey | null,
  checked: KeyNote["checked"],
  expires_at: string | null,
): KeyStatus {
  if (!stored) return "missing";
  // A gateway may accept any key.
  const isVerified = checked?.status === "verified";
  if (!isVerified && (isPlaceholder(stored.value) || isMasked(stored.value))) return "placeholder";
  const isExpired = expires_at !== null && Date.parse(expires_at) <= Date.now();
  return isExpired ? "expired" : (checked?.status ?? "stored");
}

/** A token ends on its own date, or with the session that signed it if that is earlier. */
function earlier(own: string | null, recorded: string | null): string | null {
  if (own === null || recorded === null) return own ?? recorded;
  return Date.parse(recorded) < Date.parse(own) ? recorded : own;
}

/**
 * When the console wrote a value that has since been replaced by an older one; otherwise null. A
 * newer write that records its time isn't an overwrite.
 */
function overwrittenSince(stored: StoredKey | null, note: KeyNote | undefined): string | null {
  const written = note?.written;
  if (!written || written.fingerprint === fingerprint(stored)) return null;
  return utcTime(stored?.updatedAt ?? "") > utcTime(written.at) ? null : written.at;
}

function effectiveAt(stored: StoredKey | null): string | null {
  const at = utcTime(stored?.updatedAt ?? "");
  return Number.isNaN(at) ? null : new Date(at + callerCacheMs).toISOString();
}

/**
 * Identifies a value without storing it. Short-term tokens share their last characters, so the
 * issue time is included.
 */
export function fingerprint(stored: StoredKey | null): string {
  if (!stored) return "none";
  const { issued_at } = readBearerToken(stored.value);
  const mark = `${stored.updatedAt ?? ""}#${lastFour(stored.value) ?? ""}`;
  return issued_at ? `${mark}#${issued_at}` : mark;
}

/** Null for a short value, because four characters would reveal too much. */
export function lastFour(value: string): string | null {
  return value.length > 8 ? value.slice(-4) : null;
}

/** The names in the secret that aren't ours, without their values. */
export function findForeignKeys(
  values: Record<string, unknown>,
  providers: ProviderInfo[],
): ForeignKey[] {
  const ownNames = providers.flatMap((info) => Object.keys(secretChanges(info, null)));
  const names = Object.keys(values).filter((name) => !ownNames.includes(name));
  const notText = providers
    .map((info) => info.secret_key_name)
    .filter((name) => name in values && typeof values[name] !== "string");
  const expectedName: Record<string, string | undefined> = misnamed;
  return [...notText, ...names].map((name) => ({
    name,
    is_string: typeof values[name] === "string",
    meant_as: (Object.hasOwn(expectedName, name) && expectedName[name]) || null,
  }));
}
