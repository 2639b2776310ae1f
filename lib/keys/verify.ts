import "server-only";
import { AppError } from "@/lib/errors";
import { findDefaultModel } from "@/lib/models/references";
import type { KeyVerdict, ProviderId } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { readBearerToken } from "./bearer-token";
import { writeReceipt } from "./receipt";
import type { TriedKey } from "./schema";
import { noteKeyOutcome, readKey } from "./service";

/**
 * Tries a key at its provider and saves no key. What came of it is noted only when it is the
 * stored one.
 * @param given the key to try; without it the stored one
 */
export async function tryKey(
  id: ProviderId,
  given: string | undefined,
  signal: AbortSignal,
): Promise<TriedKey> {
  const key = given ?? (await readKey(id)) ?? "";
  const verdict = expiredByItsDate(id, key) ?? (await ask(id, key, signal));
  const { outcome } = verdict;
  if (outcome === "not_known") return { ...verdict, receipt: null };
  // The verdict stands even where nothing can be noted, such as before our table exists.
  await noteKeyOutcome(id, key, outcome).catch(() => {});
  return { ...verdict, receipt: writeReceipt(id, key, outcome) };
}

async function ask(id: ProviderId, key: string, signal: AbortSignal): Promise<KeyVerdict> {
  const options = id === "bedrock" ? await bedrockModel() : {};
  try {
    return await verifyKey(id, key, signal, options);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError("timeout", "The request was stopped before the provider had answered.");
  }
}

/** A short-term token carries its end: no provider needs to be asked. */
function expiredByItsDate(id: ProviderId, key: string): KeyVerdict | null {
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
