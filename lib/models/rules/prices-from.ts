import { invalidField } from "@/lib/errors";

/** How far a caller's clock may be ahead of ours, in milliseconds. */
const maxClockSkewMs = 5 * 60_000;

/**
 * When prices come into force, in milliseconds since 1970. They can't come into force later, because
 * the model's row has them as soon as they are saved.
 * @throws AppError `invalid` for a time in the future
 */
export function pricesFromTime(prices_from: string): number {
  const from = Date.parse(prices_from);
  if (from <= Date.now() + maxClockSkewMs) return from;
  const message = "Lies in the future. A saved price is in force at once: save it when it holds.";
  throw invalidField("prices_from", message);
}
