import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";
import type { ProviderId } from "@/lib/providers/schema";

const lifeMs = 10 * 60_000;
const outcomes = ["verified", "rejected", "expired"] as const;

/** What a provider said of a key, and when. */
export type Tried = { status: (typeof outcomes)[number]; checked_at: string };

/**
 * Lets a key that was just tried be saved with what came of it, whichever copy of the console saves
 * it: nothing of the key is kept between the two requests, nor can it be read out of the receipt.
 */
export function writeReceipt(id: ProviderId, apiKey: string, status: Tried["status"]): string {
  const at = Date.now();
  return `${status}.${at}.${seal(id, apiKey, status, at)}`;
}

/** What the receipt says of this key; null when it is of another key, too old, or not ours. */
export function readReceipt(id: ProviderId, apiKey: string, receipt: string): Tried | null {
  const [status, time, given = ""] = receipt.split(".");
  const known = outcomes.find((outcome) => outcome === status);
  const at = Number(time);
  if (!known || !Number.isSafeInteger(at) || Math.abs(Date.now() - at) > lifeMs) return null;
  const own = Buffer.from(seal(id, apiKey, known, at));
  const isOurs =
    own.length === Buffer.byteLength(given) && timingSafeEqual(own, Buffer.from(given));
  return isOurs ? { status: known, checked_at: new Date(at).toISOString() } : null;
}

function seal(id: ProviderId, apiKey: string, status: string, at: number): string {
  const content = JSON.stringify(["key-receipt", id, apiKey, status, at]);
  return createHmac("sha256", env().NEXTAUTH_SECRET).update(content).digest("base64url");
}
