import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { transact } from "@/lib/aws/transact";
import { consoleIdentity } from "@/lib/env";
import { AppError } from "@/lib/errors";
import {
  createTokenItems,
  findToken,
  freeName,
  listTokenRows,
  recordUse,
  revokeTokenItem,
  type StoredToken,
  toAttributes,
} from "./repository";
import type { ApiToken, NewApiToken, TokenDraft, TokenList } from "./schema";

const dayMs = 86_400_000;
const useRecordedEveryMs = 3_600_000;

/**
 * All tokens, newest first. Includes expired and revoked ones, so that their events remain
 * readable.
 */
export async function listTokens(): Promise<TokenList> {
  const now = new Date().toISOString();
  const stored = await listTokenRows();
  const byId = new Map(stored.map((token) => [token.id, token]));
  const find = async (id: string) => byId.get(id) ?? null;
  const tokens = await Promise.all(
    stored.map(async (token) => toRecord(await withRevocation(token, find), now)),
  );
  return { tokens: tokens.sort((a, b) => (a.created_at < b.created_at ? 1 : -1)) };
}

/**
 * Creates a token for a script; only this answer contains it. A token can create others, but none
 * that outlives it: a stolen token must not remain useful after it expires or is revoked.
 * @throws AppError `conflict` if an active token has the name
 */
export async function createToken(actor: Actor, draft: TokenDraft): Promise<NewApiToken> {
  const now = Date.now();
  const created_at = new Date(now).toISOString();
  const requestedExpiry = new Date(now + draft.expires_in_days * dayMs).toISOString();
  const parent = await parentOf(actor);
  const { id, token, hash } = newTokenSecret();
  const stored: StoredToken = {
    id,
    hash,
    name: draft.name,
    role: draft.role,
    created_by: actor.name,
    created_at,
    expires_at:
      parent !== null && parent.expires_at < requestedExpiry ? parent.expires_at : requestedExpiry,
    last_used_at: null,
    revoked_at: null,
    revoked_by: null,
    parent_id: parent?.id ?? null,
    environment: consoleIdentity().environment,
  };
  const event = await changeEvent(actor, {
    action: "token.create",
    entity: { kind: "token", id },
    before: null,
    after: toAttributes(stored),
  });
  await transact([...createTokenItems(stored), event]);
  return { ...toRecord(stored, created_at), token };
}

/** Revokes a token on every copy immediately. @throws AppError `not_found`, `conflict` */
export async function revokeToken(actor: Actor, id: string): Promise<ApiToken> {
  const token = await findToken(id);
  if (!token) throw new AppError("not_found", `There is no API token "${id}".`);
  const at = new Date().toISOString();
  const { state } = toRecord(token, at);
  if (state !== "active") {
    throw new AppError(
      "conflict",
      `The API token "${token.name}" has ended already: it is ${state}.`,
    );
  }
  const event = await changeEvent(actor, {
    action: "token.revoke",
    entity: { kind: "token", id },
    before: toAttributes(token),
    after: null,
  });
  await transact([revokeTokenItem(token, actor.name, at), freeName(token), event]);
  return toRecord({ ...token, revoked_at: at, revoked_by: actor.name }, at);
}

export type TokenBearer = { name: string; role: ApiToken["role"]; subject: string };

const subjectPrefix = "token:";

/**
 * The holder of a bearer token.
 * @throws AppError `unauthenticated`, which gives the reason only to a caller with the right secret
 */
export async function resolveBearer(received: string): Promise<TokenBearer> {
  const parts = readToken(received);
  const stored = parts && (await findToken(parts.id));
  if (!parts || !stored || !matchesHash(stored.hash, parts.secret)) {
    const message = "The API token is not known. Check that it was copied whole.";
    throw new AppError("unauthenticated", message);
  }
  const { environment } = consoleIdentity();
  if (stored.environment !== null && stored.environment !== environment) {
    const message = `The API token "${stored.name}" was created in the environment "${stored.environment}". This console manages "${environment}".`;
    throw new AppError("unauthenticated", message);
  }
  const now = new Date().toISOString();
  const token = await withRevocation(stored, findToken);
  const { state, name, role } = toRecord(token, now);
  if (state !== "active") {
    const when = state === "revoked" ? token.revoked_at : token.expires_at;
    const message = `The API token "${name}" ${state === "revoked" ? "was revoked" : "expired"} on ${when}. Make a new one.`;
    throw new AppError("unauthenticated", message);
  }
  recordUseHourly(token, now);
  return { name: `token:${name}`, role, subject: `${subjectPrefix}${token.id}` };
}

/** Errors are ignored, and no request waits for it. */
function recordUseHourly({ id, last_used_at }: StoredToken, now: string): void {
  const last = last_used_at === null ? 0 : Date.parse(last_used_at);
  if (Date.parse(now) - last < useRecordedEveryMs) return;
  recordUse(id, now).catch(() => {});
}

async function parentOf({ subject }: Actor): Promise<StoredToken | null> {
  return subject.startsWith(subjectPrefix) ? findToken(subject.slice(subjectPrefix.length)) : null;
}

/** The token, revoked if any of the tokens in its chain of creators was revoked. */
async function withRevocation(
  token: StoredToken,
  find: (id: string) => Promise<StoredToken | null>,
): Promise<StoredToken> {
  if (token.revoked_at !== null || token.parent_id === null) return token;
  const parent = await find(token.parent_id);
  if (!parent) return token;
  const { revoked_at, revoked_by } = await withRevocation(parent, find);
  return { ...token, revoked_at, revoked_by };
}

function toRecord(
  { hash: _, parent_id: __, environment: ___, ...token }: StoredToken,
  now: string,
): ApiToken {
  return { ...token, state: stateOf(token, now) };
}

function stateOf(token: Omit<ApiToken, "state">, now: string): ApiToken["state"] {
  if (token.revoked_at !== null) return "revoked";
  return token.expires_at <= now ? "expired" : "active";
}

const shape = /^swb_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** The secret part has 256 random bits, so a plain hash needs no salt or stretching. */
const hashOf = (secret: string) => createHash("sha256").update(secret).digest();

type TokenSecret = { id: string; token: string; hash: string };

/** A new token: its public ID, the value that a script sends, and what is stored. */
export function newTokenSecret(): TokenSecret {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  return { id, token: `swb_${id}_${secret}`, hash: hashOf(secret).toString("base64url") };
}

/** The ID and the secret of a token; null if it has another format. */
export function readToken(token: string): { id: string; secret: string } | null {
  const [, id, secret] = shape.exec(token) ?? [];
  return id && secret ? { id, secret } : null;
}

/** Compares a secret with the stored hash in constant time. */
export function matchesHash(hash: string, secret: string): boolean {
  const stored = Buffer.from(hash, "base64url");
  const received = hashOf(secret);
  return stored.length === received.length && timingSafeEqual(stored, received);
}
