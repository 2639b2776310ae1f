import "server-only";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import type { Refusal } from "./refusal";
import type { ProviderId } from "./schema";

export type Classification = { code: CompletionCode; reason?: string };

type Rule = Classification & {
  provider?: ProviderId;
  status?: number[];
  tags?: RegExp;
  message?: RegExp;
};

/**
 * The first rule whose conditions all hold decides, so specific rules come first. Sources: the
 * providers' error pages (platform.openai.com/docs/guides/error-codes, docs.anthropic.com/en/api/errors,
 * ai.google.dev/gemini-api/docs/troubleshooting, Bedrock API reference "Common errors",
 * docs.x.ai "Debugging errors", api-docs.deepseek.com/quick_start/error_codes) and answers quoted in
 * public issues, such as openai/openai-openapi#541 on tools with reasoning.
 */
const rules: Rule[] = [
  { code: "key_expired", tags: /expiredtoken|key_expired|requestexpired/ },
  {
    code: "key_expired",
    message: /(token|key|credential)[^.]{0,40}\bexpired|expired[^.]{0,20}(token|key)/i,
  },
  {
    code: "wrong_region",
    reason: "location",
    message:
      /(country|region|territory|location)[^.]{0,40}not supported|unsupported (countr|region)/i,
    status: [400, 403],
    tags: /unsupported_country|failed_precondition|permission|forbidden|accessdenied|request_forbidden|validation/,
  },
  {
    code: "wrong_region",
    reason: "free_tier",
    provider: "google",
    message: /free tier is not available/i,
    status: [400, 403],
  },
  // Anthropic's complete message for an unsupported country or network.
  {
    code: "wrong_region",
    reason: "location",
    provider: "anthropic",
    message: /^request not allowed$/i,
    status: [403],
  },
  {
    code: "needs_inference_profile",
    message: /on-demand throughput|with the ID or ARN of an inference profile/i,
  },
  {
    code: "wrong_region",
    reason: "token",
    provider: "bedrock",
    message:
      /scoped to (a valid|the) region|(token|key)[^.]*(other|different|another|wrong) region/i,
  },
  {
    code: "wrong_region",
    provider: "bedrock",
    message:
      /(not|n['’]t)( currently)? (supported|available|enabled|offered)[^.]* in (this|your|the( current| requested)?) region|cross-region/i,
  },
  {
    code: "quota_exhausted",
    tags: /insufficient_quota|billing|perday|servicequotaexceeded|spend_limit|credit/,
  },
  { code: "quota_exhausted", status: [402] },
  {
    code: "quota_exhausted",
    message:
      /insufficient balance|credit balance|(no|any|out of|used all)[^.]{0,30}credits|spending limit|usage limits?\b|limit: 0\b/i,
  },
  {
    code: "quota_exhausted",
    message:
      /\b(daily|weekly|monthly)\b[^.]{0,40}\b(limit|quota)|\b(tokens|requests|limit|quota)\b[^.]{0,60} per (day|week|month)\b/i,
  },
  { code: "rate_limited", tags: /slow_down/ },
  { code: "rate_limited", provider: "google", tags: /perminute|persecond/ },
  { code: "quota_exhausted", message: /exceeded your current quota/i },
  { code: "overloaded", tags: /overloaded|modelnotready|serviceunavailable/ },
  {
    code: "context_too_long",
    tags: /context_length|request_too_large|string_above_max_length|context_window/,
  },
  { code: "context_too_long", status: [413] },
  {
    code: "context_too_long",
    message:
      /maximum (context|prompt) length|context (window|limit|length)|(prompt|input|request)( text)? is too (long|large)|token count[^.]*exceeds|max(imum)? input (length|tokens)|too many (input )?tokens[^,]*$|string too long|input tokens exceeded|number of input tokens exceeds|expected maxlength/i,
    status: [400, 422],
  },
  {
    code: "content_filtered",
    tags: /content_policy|content_filter|moderation|invalid_prompt|safety|guardrail/,
  },
  {
    code: "content_filtered",
    message:
      /content[_ -]filter|content exists risk|usage (policy|guidelines)|safety system|blocked by|guardrail/i,
    status: [400, 403, 422],
  },
  {
    code: "no_access",
    reason: "bearer",
    provider: "bedrock",
    message: /not authorized to perform: bedrock:CallWithBearerToken/i,
  },
  {
    code: "no_access",
    reason: "unverified",
    provider: "openai",
    message: /organization must be verified/i,
  },
  {
    code: "no_access",
    tags: /service_disabled|service_blocked|notauthorized|optinrequired|ftuformnotfilled|missing_scope|ip_not_authorized|account_deactivated/,
  },
  {
    code: "no_access",
    message:
      /insufficient permissions|member of an organization|ip[^.]{0,20}not authorized|organization has been disabled|use case details|marked by provider as legacy/i,
  },
  { code: "no_access", provider: "bedrock", message: /^operation not allowed/i },
  {
    code: "no_access",
    message:
      /\bno (access|permission)\b|(not|n['’]t) have (access|permission)|(not|n['’]t) (allowed|entitled|permitted) to (use|access)|lacks? (access|permission)/i,
    status: [401, 403],
  },
  {
    code: "bad_key",
    tags: /invalid_api_key|api_key_invalid|authentication_error|unauthenticated|unrecognizedclient|invalidsignature|incompletesignature|missingauthenticationtoken|invalidclienttokenid/,
  },
  {
    code: "bad_key",
    message:
      /incorrect api key|invalid (x-)?api[- ]key|api key[^.]*(not valid|is valid|leaked|invalid)|authentication failed|authentication fails|security token[^.]*invalid|unregistered callers/i,
  },
  {
    code: "bad_request",
    reason: "more_tokens",
    message:
      /(higher|larger|more) max_?(completion_|output_)?tokens|max\w*tokens['"`]?[^.]{0,60}(too (low|small)|at least|greater than|below minimum)/i,
    status: [400, 422],
  },
  {
    code: "bad_request",
    reason: "reasoning_tools",
    message: /function tools with reasoning_effort/i,
  },
  {
    code: "bad_request",
    reason: "endpoint",
    message:
      /not a chat model|only supported in v1\/responses|not in v1\/chat\/completions|supported text or chat model/i,
  },
  { code: "bad_request", reason: "parameter", tags: /unsupported_(parameter|value)/ },
  {
    code: "bad_request",
    reason: "parameter",
    message:
      /\btemperature\b[^.]{0,40}(not permitted|not supported|n['’]t support|deprecated|may only)/i,
    status: [400, 422],
  },
  { code: "provider_error", reason: "wrong_url", status: [405] },
  {
    code: "provider_error",
    reason: "wrong_url",
    message:
      /invalid url|^not found\.?$|cannot post|^method not found|no( such)? route|route[^.]* not found/i,
    status: [404, 405],
  },
  { code: "provider_error", reason: "wrong_url", tags: /unknownoperation/ },
  { code: "no_access", status: [403] },
  { code: "bad_key", status: [401] },
  { code: "unknown_model", tags: /model_not_found|not_found|resourcenotfound/ },
  {
    code: "unknown_model",
    message:
      /model (identifier|id|name)[^.]*(invalid|not found)|invalid model|model not exist|could not resolve the foundation model|unexpected model name|model[^.]* (does not exist|not found)|end of its life/i,
  },
  { code: "unknown_model", status: [404] },
  { code: "rate_limited", status: [429] },
  { code: "rate_limited", tags: /rate_limit|throttling|resource_exhausted|toomanyrequests/ },
  { code: "overloaded", status: [503, 529] },
  { code: "overloaded", message: /overloaded|too busy/i },
  { code: "timeout", reason: "provider", tags: /deadline_exceeded|modeltimeout|timeout_error/ },
  { code: "timeout", reason: "provider", status: [408, 504, 522, 524] },
  // 520 to 530 are Cloudflare's codes; it serves several providers.
  { code: "provider_error", reason: "gateway", status: [502, 520, 521, 523, 525, 526, 527, 530] },
  { code: "no_access", tags: /permission|accessdenied/ },
  {
    code: "provider_error",
    tags: /internalserver|modelerror|modelstreamerror|api_error|server_error/,
  },
  { code: "bad_request", tags: /invalid_request|invalid_argument|validation|failed_precondition/ },
];

/** Maps a refusal to one of our codes. */
export function classify(refusal: Refusal): Classification {
  const { status } = refusal;
  if (status !== null && status >= 300 && status < 400) {
    return { code: "provider_error", reason: "redirect" };
  }
  const isGateway = refusal.isNotProvider && status !== null && status >= 500;
  if (refusal.isNotProvider && !isGateway) return { code: "provider_error", reason: "not_json" };
  if (isOverLimit(refusal)) return { code: "context_too_long", reason: "request_over_limit" };
  const rule = rules.find((candidate) => holds(candidate, refusal));
  if (rule) return { code: rule.code, reason: rule.reason };
  if (isGateway) return { code: "provider_error", reason: "gateway" };
  return {
    code: status !== null && status >= 400 && status < 500 ? "bad_request" : "provider_error",
  };
}

/** "Limit 30000, Requested 41234": the request alone exceeds the limit, so waiting doesn't help. */
function isOverLimit({ status, message }: Refusal): boolean {
  if (status !== 429 && status !== 413) return false;
  const [, limit, requested] =
    /\blimit:? ([\d,]+)\b.{0,40}\brequested:? ([\d,]+)/i.exec(message)?.map(toNumber) ?? [];
  if (limit !== undefined && requested !== undefined) return requested > limit;
  return /^request too large\b/i.test(message);
}

function toNumber(digits: string): number {
  return Number(digits.replaceAll(",", ""));
}

function holds(rule: Rule, refusal: Refusal): boolean {
  if (rule.provider && rule.provider !== refusal.provider) return false;
  // Without a status, as in a stream, only rules with a message pattern may match.
  const isRightStatus =
    refusal.status === null ? Boolean(rule.message) : rule.status?.includes(refusal.status);
  if (rule.status && !isRightStatus) return false;
  if (rule.tags && !rule.tags.test(refusal.tags)) return false;
  return !rule.message || rule.message.test(refusal.message);
}
