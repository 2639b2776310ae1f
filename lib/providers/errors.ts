import "server-only";
import type { CompletionFailure, RawExchange } from "@/lib/completions/schema";
import { formatWait } from "@/lib/format";
import table from "@/lib/providers/failures.json";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type Classification, classify } from "./error-rules";
import { type CallFailure, type ProviderCall, type Transport, TransportError } from "./provider";
import { readRefusal } from "./refusal";
import { retryAfterOfBody } from "./retry-after";
import { type ProviderId, providerInfo } from "./schema";
import { networkCode } from "./wire";

/** The most characters of a provider's message that are passed on. */
const MAX_MESSAGE_LENGTH = 1000;

type Explanation = { cause: string; fix: string; help?: CompletionFailure["help"] };

/**
 * Texts by code, `code@provider` and `code:reason`. The intersection makes the compiler require every
 * code.
 */
const explanations: Record<CompletionCode, Explanation> & Record<string, Explanation | undefined> =
  // JSON widens `help` to string; a unit test checks that it is one of the kinds of link.
  table as Record<keyof typeof table, Explanation>;

/** A failed call with cause and fix. Contains no key and no SDK error, so it may be logged. */
export class ProviderFailure extends Error implements CompletionFailure {
  readonly code: CompletionCode;
  readonly cause: string;
  readonly fix: string;
  readonly help?: CompletionFailure["help"];
  readonly provider_status: number | null;
  readonly provider_message: string | null;
  readonly simulated: boolean;
  readonly retry_after?: number;
  readonly raw?: RawExchange;
  /** Distinguishes causes that share a code; used on this server only. */
  readonly reason: string | null;

  constructor(failure: CompletionFailure, reason: string | null = null) {
    super(`${failure.code}: ${failure.cause}`);
    this.name = "ProviderFailure";
    this.code = failure.code;
    this.cause = failure.cause;
    this.fix = failure.fix;
    this.help = failure.help;
    this.provider_status = failure.provider_status;
    this.provider_message = failure.provider_message;
    this.simulated = failure.simulated ?? false;
    this.retry_after = failure.retry_after;
    this.raw = failure.raw;
    this.reason = reason;
  }

  /** The failure as the API sends it. */
  toJSON(): CompletionFailure {
    const { code, cause, fix, help, provider_status, provider_message } = this;
    const { retry_after, simulated, raw } = this;
    return {
      code,
      cause,
      fix,
      ...(help ? { help } : {}),
      provider_status,
      provider_message,
      ...(retry_after === undefined ? {} : { retry_after }),
      ...(simulated ? { simulated } : {}),
      ...(raw ? { raw } : {}),
    };
  }
}

type Context = {
  provider: ProviderId;
  /** Null for requests without a model. */
  call: Pick<ProviderCall, "model_id"> | null;
  wire: Transport;
  removeKey: (text: string) => string;
  /** The recorded exchange, if the call requested it. */
  raw?: RawExchange;
};

type Findings = Classification & {
  message?: string | null;
  /** Seconds to wait. */
  retryAfter?: number | null;
};

/** The codes for which waiting as long as the provider asks helps. */
const waitingCodes: readonly CompletionCode[] = [
  "rate_limited",
  "overloaded",
  "quota_exhausted",
  "provider_error",
  "timeout",
];

/** @throws ProviderFailure `key_missing`, or `bad_key` for a key with impossible characters */
export function assertUsableKey(provider: ProviderId, apiKey: string): void {
  const verdict: Classification | null =
    apiKey === ""
      ? { code: "key_missing" }
      : /^[\x21-\x7e]+$/.test(apiKey)
        ? null
        : { code: "bad_key", reason: "shape" };
  if (!verdict) return;
  const { name, secret_key_name: key } = providerInfo(provider);
  const failure: CompletionFailure = {
    ...formatFailure(verdict, provider, { name, key }),
    provider_status: null,
    provider_message: null,
  };
  throw new ProviderFailure(failure, verdict.reason ?? null);
}

/** Converts any error of a call to a failure with cause and fix. */
export function toProviderFailure(error: unknown, context: Context): ProviderFailure {
  const { provider, call, wire, removeKey: redactKey, raw } = context;
  const { status, simulated } = wire.exchange;
  const findings = findingsOf(findTransportFailure(error, wire), error, context);
  // Redaction takes time per character, so it gets only as many as it may need.
  const words = redactKey((findings.message ?? "").slice(0, 4 * MAX_MESSAGE_LENGTH));
  const retryAfter = waitingCodes.includes(findings.code) ? (findings.retryAfter ?? null) : null;
  const { name, secret_key_name: key } = providerInfo(provider);
  const fill = {
    ...(retryAfter !== null && { wait: formatWait(retryAfter) }),
    name,
    key,
    model: call ? redactKey(call.model_id) : "the list of models",
    region: wire.region,
    host: new URL(wire.baseUrl).host,
    seconds: String(Math.round(wire.timeoutMs / 1000)),
    status: status === null ? "none" : String(status),
  };
  const failure: CompletionFailure = {
    ...formatFailure(findings, provider, fill),
    provider_status: status,
    provider_message: words.slice(0, MAX_MESSAGE_LENGTH) || null,
    ...(retryAfter === null ? {} : { retry_after: retryAfter }),
    simulated,
    ...(raw ? { raw } : {}),
  };
  return new ProviderFailure(failure, findings.reason ?? null);
}

function formatFailure(
  { code, reason }: Classification,
  provider: ProviderId,
  fill: Record<string, string>,
) {
  const { cause, fix, help } =
    explanations[`${code}:${reason}`] ?? explanations[`${code}@${provider}`] ?? explanations[code];
  const filled = (text: string) =>
    text.replace(/\{(\w+)(?:\|([^{}]*))?\}/g, (_, slot, standard) => fill[slot] ?? standard ?? "");
  return { code, cause: filled(cause), fix: filled(fix), ...(help ? { help } : {}) };
}

/** SDKs wrap the transport's errors, and report read errors as their own. */
function findTransportFailure(error: unknown, wire: Transport): CallFailure | null {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if (current instanceof TransportError) return current.failure;
    current = current.cause;
  }
  const code = networkCode(error);
  if (code && wire.exchange.sent) return { kind: "network", code };
  return null;
}

function findingsOf(failure: CallFailure | null, error: unknown, context: Context): Findings {
  const { wire } = context;
  if (failure === null) {
    const reason = wire.exchange.sent ? "unreadable" : "unsendable";
    const message = error instanceof Error ? error.message : null;
    return { code: wire.exchange.sent ? "provider_error" : "bad_request", reason, message };
  }
  switch (failure.kind) {
    case "refused":
      return refusedFindings(failure, context);
    case "filtered":
      return { code: "content_filtered", message: failure.message };
    case "incomplete":
      return { code: "provider_error", reason: "cut_off" };
    case "endless":
      return { code: "provider_error", reason: "endless" };
    case "too_large":
      return { code: "provider_error", reason: "too_large" };
    case "malformed":
      return { code: "provider_error", reason: "unreadable" };
    case "network":
      return networkFindings(failure.code, wire);
  }
}

function refusedFindings(
  failure: Extract<CallFailure, { kind: "refused" }>,
  { provider, call, wire }: Context,
): Findings {
  const refusal = readRefusal(provider, failure);
  const verdict = classify(refusal);
  const { message } = refusal;
  const isLost = call === null && verdict.code === "unknown_model";
  const retryAfter = wire.exchange.retryAfter ?? retryAfterOfBody(failure.body);
  if (isLost) return { code: "provider_error", reason: "wrong_url", message };
  return { ...verdict, message, retryAfter };
}

const TLS_CODE = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/;
const SLOW_CODE = /^(DEADLINE|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/;

function networkFindings(code: string | null, wire: Transport): Findings {
  if (code && SLOW_CODE.test(code)) return { code: "timeout" };
  if (wire.exchange.status !== null) return { code: "provider_error", reason: "cut_off" };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return { code: "unreachable", reason: "dns" };
  if (code === "ECONNREFUSED") return { code: "unreachable", reason: "refused" };
  if (code && TLS_CODE.test(code)) return { code: "unreachable", reason: "tls" };
  return { code: "unreachable" };
}
