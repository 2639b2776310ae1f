/** How a completion or a key can fail, the same for every provider. */
export const completionCodes = [
  "bad_key",
  "key_missing",
  "key_expired",
  "no_access",
  "unknown_model",
  "needs_inference_profile",
  "wrong_region",
  "quota_exhausted",
  "rate_limited",
  "context_too_long",
  "content_filtered",
  "bad_request",
  "overloaded",
  "timeout",
  "unreachable",
  "provider_error",
] as const;
export type CompletionCode = (typeof completionCodes)[number];
