import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const shape = /^swb_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** The secret part has 256 random bits: nobody guesses it, so a plain hash needs no salt or stretching. */
const hashOf = (secret: string) => createHash("sha256").update(secret).digest();

export type TokenSecret = { id: string; token: string; hash: string };

/** A new token: its public id, what the script sends, and what is stored. */
export function newTokenSecret(): TokenSecret {
  const id = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  return { id, token: `swb_${id}_${secret}`, hash: hashOf(secret).toString("base64url") };
}

/** The id and the secret of what a caller sent; null when it is no token of ours. */
export function readToken(token: string): { id: string; secret: string } | null {
  const [, id, secret] = shape.exec(token) ?? [];
  return id && secret ? { id, secret } : null;
}

/** Whether a secret is the stored one, in the same time however much of it is right. */
export function isSecretOf(hash: string, secret: string): boolean {
  const stored = Buffer.from(hash, "base64url");
  const given = hashOf(secret);
  return stored.length === given.length && timingSafeEqual(stored, given);
}
