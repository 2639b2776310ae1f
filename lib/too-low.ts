import * as z from "zod/mini";

/** Why a sum of money is too low. */
export const TooLow = z.enum(["cache_tokens", "thinking_tokens", "long_calls", "peak_hours"]);
export type TooLow = z.infer<typeof TooLow>;
export const TooLowReasons = z.optional(z.array(TooLow));
