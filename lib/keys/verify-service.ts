import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { findDefaultModel } from "@/lib/models/reference-service";
import type { ProviderId } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { readBearerToken } from "./rules/bearer-token";
import type { KeyTestOutcome, KeyTestResponse } from "./schema";
import { readKey, recordKeyOutcome } from "./service";

/**
 * Tries a key at its provider and saves no key. What came of it is noted only when it is the
 * stored one.
 * @param given the key to try; without it the stored one
 */
export async function testKey(
  id: ProviderId,
  given: string | undefined,
  signal: AbortSignal,
): Promise<KeyTestResponse> {
  const key = given ?? (await readKey(id)) ?? "";
  const verdict = expiredByItsDate(id, key) ?? (await ask(id, key, signal));
  const { outcome } = verdict;
  if (outcome === "not_known") return { ...verdict, receipt: null };
  // The verdict stands even where nothing can be noted, such as before our table exists.
  await recordKeyOutcome(id, key, outcome).catch(() => {});
  return { ...verdict, receipt: signReceipt(id, key, outcome) };
}

async function ask(id: ProviderId, key: string, signal: AbortSignal): Promise<KeyTestOutcome> {
  const options = id === "bedrock" ? await bedrockModel() : {};
  try {
    return await verifyKey(id, key, signal, options);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError("timeout", "The request was stopped before the provider had answered.");
  }
}

/** A short-term token carries its end: no provider needs to be asked. */
function expiredByItsDate(id: ProviderId, key: string): KeyTestOutcome | null {
  const { expires_at } = readBearerToken(key);
  if (id !== "bedrock" || expires_at === null || Date.parse(expires_at) > Date.now()) return null;
  return {
    outcome: "expired",
    code: "key_expired",
    cause: `The token ended at ${expires_at}, by its own date.`,
    fix: "Generate a new one, or use a long-term key.",
    provider_status: null,
    provider_message: null,
    simulated: false,
  };
}

/** Bedrock's keys are tried on a model: the default one, as agents would call it. */
async function bedrockModel(): Promise<{ model_id?: string }> {
  const chosen = await findDefaultModel("bedrock").catch(() => null);
  return chosen === null ? {} : { model_id: chosen };
}

const lifeMs = 10 * 60_000;
const outcomes = ["verified", "rejected", "expired"] as const;

/** What a provider said of a key, and when. */
export type KeyTestResult = { status: (typeof outcomes)[number]; checked_at: string };

/**
 * Lets a key that was just tried be saved with what came of it, whichever copy of the console saves
 * it: nothing of the key is kept between the two requests, nor can it be read out of the receipt.
 */
export function signReceipt(
  id: ProviderId,
  apiKey: string,
  status: KeyTestResult["status"],
): string {
  const at = Date.now();
  return `${status}.${at}.${signature(id, apiKey, status, at)}`;
}

/** What the receipt says of this key; null when it is of another key, too old, or not ours. */
export function verifyReceipt(
  id: ProviderId,
  apiKey: string,
  receipt: string,
): KeyTestResult | null {
  const [status, time, given = ""] = receipt.split(".");
  const known = outcomes.find((outcome) => outcome === status);
  const at = Number(time);
  if (!known || !Number.isSafeInteger(at) || Math.abs(Date.now() - at) > lifeMs) return null;
  const own = Buffer.from(signature(id, apiKey, known, at));
  const isOurs =
    own.length === Buffer.byteLength(given) && timingSafeEqual(own, Buffer.from(given));
  return isOurs ? { status: known, checked_at: new Date(at).toISOString() } : null;
}

function signature(id: ProviderId, apiKey: string, status: string, at: number): string {
  const content = JSON.stringify(["key-receipt", id, apiKey, status, at]);
  return createHmac("sha256", env().NEXTAUTH_SECRET).update(content).digest("base64url");
}
