import { describe, expect, it } from "vitest";
import type { CompletionCode } from "@/lib/completions/schema";
import { judge } from "@/lib/providers/error-rules";
import { readRefusal } from "@/lib/providers/refusal";
import type { ProviderId } from "@/lib/providers/schema";

type Row = [code: CompletionCode, status: number | null, body: unknown, tag?: string];

function openai(message: string, code: string | null, type = "invalid_request_error") {
  return { error: { message, type, param: null, code } };
}
function anthropic(type: string, message: string) {
  return { type: "error", error: { type, message } };
}
function google(code: number, status: string, message: string, details: unknown[] = []) {
  return { error: { code, status, message, details } };
}

const rows: Record<ProviderId, Row[]> = {
  openai: [
    ["bad_key", 401, openai("Incorrect API key provided: sk-abc***xyz.", "invalid_api_key")],
    [
      "no_access",
      401,
      openai(
        "You have insufficient permissions for this operation. Missing scopes: model.request.",
        "missing_scope",
      ),
    ],
    [
      "no_access",
      403,
      openai("Project `proj_1` does not have access to model `gpt-4o`", "model_not_found"),
    ],
    [
      "no_access",
      403,
      openai(
        "Country, region, or territory not supported",
        "unsupported_country_region_territory",
        "request_forbidden",
      ),
    ],
    ["unknown_model", 404, openai("The model `gpt-9` has been deprecated", "model_not_found")],
    ["unknown_model", 400, openai("invalid model ID", null)],
    [
      "rate_limited",
      429,
      openai(
        "Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.",
        "rate_limit_exceeded",
        "tokens",
      ),
    ],
    [
      "quota_exhausted",
      429,
      openai(
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
      ),
    ],
    [
      "quota_exhausted",
      429,
      openai(
        "Your account is not active, please check your billing details on our website.",
        "billing_not_active",
        "billing_not_active",
      ),
    ],
    [
      "context_too_long",
      400,
      openai("Invalid 'messages[0].content': string too long.", "string_above_max_length"),
    ],
    [
      "content_filtered",
      400,
      openai(
        "Your request was rejected as a result of our safety system.",
        "content_policy_violation",
      ),
    ],
    [
      "content_filtered",
      400,
      openai(
        "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
        "invalid_prompt",
      ),
    ],
    [
      "bad_request",
      400,
      openai(
        "Unsupported parameter: 'temperature' is not supported with this model.",
        "unsupported_parameter",
      ),
    ],
    [
      "bad_request",
      400,
      openai(
        "max_tokens is too large: 100000. This model supports at most 16384 completion tokens.",
        "invalid_value",
      ),
    ],
    [
      "overloaded",
      503,
      openai("The engine is currently overloaded, please try again later", null, "server_error"),
    ],
    [
      "provider_error",
      500,
      openai("The server had an error while processing your request.", null, "server_error"),
    ],
    ["provider_error", 404, openai("Invalid URL (POST /v1/v1/chat/completions)", null)],
    ["provider_error", null, openai("The server had an error", null, "server_error")],
  ],
  anthropic: [
    ["bad_key", 401, anthropic("authentication_error", "invalid x-api-key")],
    [
      "no_access",
      403,
      anthropic(
        "permission_error",
        "Your API key does not have permission to use the specified resource.",
      ),
    ],
    ["no_access", 400, anthropic("invalid_request_error", "This organization has been disabled.")],
    ["unknown_model", 404, anthropic("not_found_error", "model: claude-9")],
    ["provider_error", 404, anthropic("not_found_error", "Not Found")],
    [
      "rate_limited",
      429,
      anthropic(
        "rate_limit_error",
        "This request would exceed your organization's rate limit of 40,000 input tokens per minute.",
      ),
    ],
    [
      "quota_exhausted",
      400,
      anthropic(
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
      ),
    ],
    ["quota_exhausted", 402, anthropic("billing_error", "There is an issue with your payment.")],
    [
      "quota_exhausted",
      400,
      anthropic(
        "invalid_request_error",
        "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
      ),
    ],
    [
      "context_too_long",
      400,
      anthropic("invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
    ],
    [
      "context_too_long",
      400,
      anthropic(
        "invalid_request_error",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
      ),
    ],
    ["context_too_long", 413, anthropic("request_too_large", "Request exceeds the maximum size")],
    [
      "content_filtered",
      400,
      anthropic("invalid_request_error", "Output blocked by content filtering policy"),
    ],
    [
      "bad_request",
      400,
      anthropic("invalid_request_error", "temperature: Extra inputs are not permitted"),
    ],
    [
      "bad_request",
      400,
      anthropic(
        "invalid_request_error",
        "max_tokens: 9000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet-20241022",
      ),
    ],
    ["timeout", 504, anthropic("timeout_error", "Request timed out")],
    ["provider_error", 500, anthropic("api_error", "Internal server error")],
    ["overloaded", null, anthropic("overloaded_error", "Overloaded")],
    ["rate_limited", null, anthropic("rate_limit_error", "Slow down")],
  ],
  google: [
    [
      "bad_key",
      403,
      google(
        403,
        "PERMISSION_DENIED",
        "Your API key was reported as leaked. Please use another API key.",
      ),
    ],
    [
      "bad_key",
      403,
      google(
        403,
        "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity).",
      ),
    ],
    [
      "key_expired",
      400,
      google(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", [
        { reason: "API_KEY_INVALID" },
      ]),
    ],
    [
      "no_access",
      403,
      google(
        403,
        "PERMISSION_DENIED",
        "Generative Language API has not been used in project 1 before or it is disabled.",
        [{ reason: "SERVICE_DISABLED" }],
      ),
    ],
    [
      "no_access",
      403,
      google(403, "PERMISSION_DENIED", "Requests to this API method are blocked.", [
        { reason: "API_KEY_SERVICE_BLOCKED" },
      ]),
    ],
    [
      "no_access",
      400,
      google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    ],
    [
      "rate_limited",
      429,
      google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    ],
    [
      "rate_limited",
      429,
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
        [{ violations: [{ quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier" }] }],
      ),
    ],
    [
      "quota_exhausted",
      429,
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
        [{ violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier" }] }],
      ),
    ],
    [
      "quota_exhausted",
      429,
      google(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
      ),
    ],
    [
      "context_too_long",
      400,
      google(
        400,
        "INVALID_ARGUMENT",
        "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
      ),
    ],
    [
      "bad_request",
      400,
      google(400, "INVALID_ARGUMENT", "Function calling is not enabled for this model"),
    ],
    [
      "overloaded",
      503,
      google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    ],
    [
      "timeout",
      504,
      google(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    ],
    ["provider_error", 500, google(500, "INTERNAL", "An internal error has occurred.")],
    [
      "rate_limited",
      null,
      google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    ],
  ],
  bedrock: [
    [
      "bad_key",
      403,
      { message: "The security token included in the request is invalid." },
      "UnrecognizedClientException",
    ],
    [
      "bad_key",
      403,
      { Message: "Authentication failed: Please make sure your API Key is valid." },
      "AccessDeniedException",
    ],
    [
      "bad_key",
      403,
      { Message: "Invalid API Key format: Must start with pre-defined prefix" },
      "AccessDeniedException",
    ],
    [
      "key_expired",
      403,
      { message: "The security token included in the request is expired" },
      "ExpiredTokenException",
    ],
    [
      "no_access",
      403,
      {
        Message:
          "User: arn:aws:iam::1:user/x is not authorized to perform: bedrock:InvokeModel on resource: arn:y because no identity-based policy allows the bedrock:InvokeModel action",
      },
      "AccessDeniedException",
    ],
    [
      "no_access",
      404,
      { message: "Model use case details have not been submitted for this account." },
      "ResourceNotFoundException",
    ],
    ["no_access", 400, { message: "Operation not allowed" }, "ValidationException"],
    [
      "no_access",
      403,
      {
        message:
          "Access to Anthropic models is not allowed from unsupported countries, regions, or territories.",
      },
      "AccessDeniedException",
    ],
    [
      "unknown_model",
      400,
      { message: "The provided model identifier is invalid." },
      "ValidationException",
    ],
    [
      "unknown_model",
      404,
      { message: "Could not resolve the foundation model from the provided model identifier." },
      "ResourceNotFoundException",
    ],
    [
      "unknown_model",
      404,
      { message: "This model version has reached the end of its life." },
      "ResourceNotFoundException",
    ],
    [
      "wrong_region",
      400,
      { message: "The model is not supported in this Region." },
      "ValidationException",
    ],
    [
      "wrong_region",
      403,
      { message: "Credential should be scoped to a valid region." },
      "InvalidSignatureException",
    ],
    ["quota_exhausted", 400, { message: "You exceeded a quota" }, "ServiceQuotaExceededException"],
    [
      "quota_exhausted",
      429,
      { message: "Too many tokens per day, please wait before trying again." },
      "ThrottlingException",
    ],
    [
      "rate_limited",
      429,
      { message: "Too many tokens, please wait before trying again." },
      "ThrottlingException",
    ],
    [
      "context_too_long",
      400,
      { message: "Input is too long for requested model." },
      "ValidationException",
    ],
    [
      "content_filtered",
      400,
      { message: "The generated content was blocked by our content filters." },
      "ValidationException",
    ],
    [
      "bad_request",
      400,
      {
        message:
          "The maximum tokens you requested exceeds the model limit of 10000. Try again with a maximum tokens value that is lower than 10000.",
      },
      "ValidationException",
    ],
    [
      "bad_request",
      400,
      { message: "This model doesn't support tool use." },
      "ValidationException",
    ],
    [
      "overloaded",
      503,
      { message: "Bedrock is unable to process your request." },
      "ServiceUnavailableException",
    ],
    ["overloaded", 429, { message: "Model is not ready for inference." }, "ModelNotReadyException"],
    [
      "timeout",
      408,
      { message: "Model has timed out in processing the request." },
      "ModelTimeoutException",
    ],
    ["provider_error", 424, { message: "The model failed." }, "ModelErrorException"],
    ["provider_error", 500, { message: "Internal" }, "InternalServerException"],
    [
      "provider_error",
      404,
      { Output: { __type: "com.amazon.coral.service#UnknownOperationException" } },
    ],
    ["rate_limited", null, { message: "Slow down" }, "ThrottlingException"],
    [
      "context_too_long",
      null,
      { message: "Input is too long for requested model." },
      "ValidationException",
    ],
    ["bad_request", null, { message: "Malformed input" }, "validationException"],
  ],
  xai: [
    [
      "bad_key",
      400,
      {
        code: "Client specified an invalid argument",
        error:
          "Incorrect API key provided: xa***zz. You can obtain an API key from https://console.x.ai.",
      },
    ],
    [
      "unknown_model",
      404,
      {
        code: "Some requested entity was not found",
        error: "The model grok-9 does not exist or your team does not have access to it.",
      },
    ],
    [
      "quota_exhausted",
      429,
      {
        code: "Some resource has been exhausted",
        error:
          "Your team has either used all available credits or reached its monthly spending limit.",
      },
    ],
    [
      "quota_exhausted",
      403,
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "Your newly created team doesn't have any credits yet.",
      },
    ],
    [
      "rate_limited",
      429,
      {
        code: "Some resource has been exhausted",
        error: "Too many requests for team 1 and model grok-4.",
      },
    ],
    [
      "context_too_long",
      400,
      {
        code: "Client specified an invalid argument",
        error:
          "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
      },
    ],
    [
      "content_filtered",
      403,
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "Content violates usage guidelines.",
      },
    ],
    [
      "no_access",
      403,
      {
        code: "The caller does not have permission to execute the specified operation",
        error: "API key is currently blocked from this model",
      },
    ],
  ],
  deepseek: [
    [
      "bad_key",
      401,
      openai(
        "Authentication Fails, Your api key: ****abcd is invalid",
        "invalid_request_error",
        "authentication_error",
      ),
    ],
    [
      "quota_exhausted",
      402,
      openai("Insufficient Balance", "invalid_request_error", "unknown_error"),
    ],
    ["unknown_model", 400, openai("Model Not Exist", "invalid_request_error")],
    [
      "context_too_long",
      400,
      openai(
        "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens.",
        "invalid_request_error",
      ),
    ],
    ["content_filtered", 400, openai("Content Exists Risk", "invalid_request_error")],
    [
      "bad_request",
      422,
      openai("Failed to deserialize the JSON body into the target type", "invalid_request_error"),
    ],
    ["rate_limited", 429, openai("Rate limit reached", null)],
    ["overloaded", 503, openai("Service is too busy", null)],
  ],
};

const table = Object.entries(rows).flatMap(([provider, list]) =>
  list.map(([code, status, body, tag]) => ({
    // The keys of `rows` are provider ids by its type.
    provider: provider as ProviderId,
    code,
    status,
    body: JSON.stringify(body),
    tag: tag ?? null,
  })),
);

describe("an answer that is an error", () => {
  it.each(table)(
    "of $provider, $status $body, is $code",
    ({ provider, code, status, body, tag }) => {
      expect(judge(readRefusal(provider, { status, tag, body })).code).toBe(code);
    },
  );

  it.each([
    [401, "", "bad_key"],
    [403, "Forbidden", "no_access"],
    [429, "Too Many Requests", "rate_limited"],
    [529, "", "overloaded"],
    [500, "oops", "provider_error"],
    [418, "{}", "bad_request"],
  ] as const)("with status %i and no JSON but %j goes by its status", (status, body, code) => {
    expect(judge(readRefusal("xai", { status, tag: null, body })).code).toBe(code);
  });

  it("that is a web page came from someone else, and its words can be read", () => {
    const body = "<html><style>x{}</style><body><h1>Sign in</h1> to the   network</body></html>";
    const refusal = readRefusal("openai", { status: 401, tag: null, body });
    expect(judge(refusal)).toEqual({ code: "provider_error", reason: "not_json" });
    expect(refusal.message).toBe("Sign in to the network");
  });
});
