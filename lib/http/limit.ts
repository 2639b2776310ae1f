import "server-only";
import { AppError } from "@/lib/errors";
import { errorName, log } from "@/lib/log";
import { type Count, countRequest, type Limited, rateLimitFor } from "@/lib/rate-limits/service";

const requestLabels: Record<Limited, string> = {
  sign_in: "sign-ins from this address",
  keys: "requests about keys",
  completions: "completions",
  probes: "probes of models",
  listings: "lists of models",
};

/**
 * Counts a request and refuses it beyond the limit per minute. If it can't be counted (the table is
 * missing or slow), it is allowed: completions and sign-in are needed most when AWS fails, and a
 * key change fails anyway then, because its event can't be written.
 * @throws AppError `throttled` with the seconds to wait
 */
export async function enforceRateLimit(kind: Limited, subject: string): Promise<void> {
  const counted = await countRequest(kind, subject).catch((error: unknown): Count => {
    log("error", "Request not counted", { kind, name: errorName(error) });
    return { allowed: true };
  });
  if (counted.allowed) return;
  const { retryAfter } = counted;
  const message = `More than ${rateLimitFor(kind)} ${requestLabels[kind]} in a minute. Try again in ${retryAfter} s.`;
  throw new AppError("throttled", message, { extra: { retry_after: retryAfter } });
}
