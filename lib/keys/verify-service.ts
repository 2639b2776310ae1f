import "server-only";
import { createHmac, timingSafeEqual } from "node:crypto";
import { anySignal } from "@/lib/any-signal";
import { withDeadline, withSignal } from "@/lib/aws/deadline";
import { consoleSecret } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { formatProviderName, formatUtcMinute } from "@/lib/format";
import { findDefaultModel } from "@/lib/models/reference-service";
import type { ProviderId } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { readBearerToken } from "./rules/bearer-token";
import { describeShape, keyShape } from "./rules/key-shape";
import type { KeyTestOutcome, KeyTestRequest, KeyTestResponse } from "./schema";
import { keyStatusOf, readKey, recordKeyOutcome } from "./service";

/**
 * Tests a key with its provider. Saves no key; the outcome is recorded if the key is the stored one.
 * @param request tests the stored key by default
 */
export async function testKey(
  id: ProviderId,
  { api_key, anyway }: KeyTestRequest,
  signal: AbortSignal,
): Promise<KeyTestResponse> {
  const key = api_key ?? (await readStoredKey(id, signal)) ?? "";
  const failure = anyway ? null : shapeFailure(id, key);
  // A gateway may accept keys of any format.
  const isProven =
    failure !== null && api_key === undefined && (await keyStatusOf(id)) === "verified";
  const result =
    (isProven ? null : failure) ??
    expiredByItsDate(id, key) ??
    (await callProvider(id, key, signal));
  const { outcome } = result;
  if (outcome === "not_known") return { ...result, receipt: null };
  // The outcome is returned even if it can't be recorded, such as before our table exists.
  await withDeadline(awsMs, () => recordKeyOutcome(id, key, outcome)).catch(() => {});
  return { ...result, receipt: signReceipt(id, key, outcome) };
}

/**
 * The timeout of each AWS part of a test, in milliseconds, so that a slow secret doesn't delay the
 * answer.
 */
const awsMs = 8_000;

async function readStoredKey(id: ProviderId, signal: AbortSignal): Promise<string | null> {
  const until = anySignal(signal, AbortSignal.timeout(awsMs));
  return withSignal(until, () => readKey(id)).catch((error) => {
    if (!until.aborted) throw error;
    const message = "AWS did not answer in time, so the stored key wasn't tested. Try again.";
    throw new AppError("aws_unavailable", message, { cause: error });
  });
}

async function callProvider(
  id: ProviderId,
  key: string,
  signal: AbortSignal,
): Promise<KeyTestOutcome> {
  const options = id === "bedrock" ? await bedrockModel() : {};
  try {
    return await verifyKey(id, key, signal, options);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError("timeout", "The request was stopped before the provider had answered.");
  }
}

/**
 * Rejects another provider's key by its format. It isn't sent, because it would reach the wrong
 * company.
 */
function shapeFailure(id: ProviderId, key: string): KeyTestOutcome | null {
  const shape = keyShape(id, key);
  if (shape === null) return null;
  const name = formatProviderName(id);
  return {
    outcome: "not_known",
    code: "bad_key",
    cause: `${describeShape(shape)} It wasn't sent to ${name}.`,
    fix: `Copy the key itself from ${name}, or save this one without a test.`,
    provider_status: null,
    provider_message: null,
    simulated: false,
  };
}

/** A short-term token contains its expiry, so no call is needed. */
function expiredByItsDate(id: ProviderId, key: string): KeyTestOutcome | null {
  const { expires_at } = readBearerToken(key);
  if (id !== "bedrock" || expires_at === null || Date.parse(expires_at) > Date.now()) return null;
  return {
    outcome: "expired",
    code: "key_expired",
    cause: `The token ended at ${formatUtcMinute(expires_at)}, by its own date.`,
    fix: "Generate a new one, or use a long-term key.",
    provider_status: null,
    provider_message: null,
    simulated: false,
  };
}

/** A Bedrock key is tested by calling a model: the default model, as agents would. */
async function bedrockModel(): Promise<{ model_id?: string }> {
  const chosen = await findDefaultModel("bedrock").catch(() => null);
  return chosen === null ? {} : { model_id: chosen };
}

const maxAgeMs = 10 * 60_000;
const outcomes = ["verified", "rejected", "expired"] as const;

/** The outcome of a key test, and its time. */
export type KeyTestResult = { status: (typeof outcomes)[number]; checked_at: string };

/**
 * A signed test result, so that any copy can save a tested key as verified. Contains no part of the
 * key.
 */
export function signReceipt(
  id: ProviderId,
  apiKey: string,
  status: KeyTestResult["status"],
): string {
  const at = Date.now();
  return `${status}.${at}.${signature(id, apiKey, status, at)}`;
}

/** The test result in a receipt; null if the receipt is for another key, too old, or not ours. */
export function verifyReceipt(
  id: ProviderId,
  apiKey: string,
  receipt: string,
): KeyTestResult | null {
  const [status, time, received = ""] = receipt.split(".");
  const outcome = outcomes.find((outcome) => outcome === status);
  const at = Number(time);
  if (!outcome || !Number.isSafeInteger(at) || Math.abs(Date.now() - at) > maxAgeMs) return null;
  const expected = Buffer.from(signature(id, apiKey, outcome, at));
  const isGenuine =
    expected.length === Buffer.byteLength(received) &&
    timingSafeEqual(expected, Buffer.from(received));
  return isGenuine ? { status: outcome, checked_at: new Date(at).toISOString() } : null;
}

function signature(id: ProviderId, apiKey: string, status: string, at: number): string {
  const content = JSON.stringify(["key-receipt", id, apiKey, status, at]);
  return createHmac("sha256", consoleSecret()).update(content).digest("base64url");
}
