import table from "./failures.json" with { type: "json" };
import type { HttpReply, ProviderId } from "./protocol";

interface Failure {
  status?: number;
  headers?: Record<string, string>;
  message?: string;
  body?: unknown;
  like?: string;
  finish?: string;
}

const failures: Record<ProviderId, Record<string, Failure>> = table;

/** Failures of the connection itself, the same for every provider. */
const WIRE_CODES = [
  "hang",
  "hang_midstream",
  "break_midstream",
  "error_midstream",
  "html",
  "error_200",
];
/** A key with one of these faults fails every call; with any other only completions. */
const ANY_CALL =
  /^(bad_key|key_expired|no_access|wrong_region|rate_limited|overloaded|provider_error|hang|html|error_200)$/;

const KNOWN = [...new Set([...WIRE_CODES, ...Object.values(failures).flatMap(Object.keys)])].sort(
  (left, right) => right.length - left.length,
);

/** The code in a key such as `sandbox-fail-rate_limited-2`, or null. */
export function codeOfKey(key: string): string | null {
  if (key.includes("sandbox-wrong")) return "bad_key";
  const wish = /^sandbox-fail-(.+)$/.exec(key)?.[1];
  return wish === undefined ? null : (KNOWN.find((code) => wish.startsWith(code)) ?? null);
}

/** The code in a message that contains `[[fail:<code>]]`, or null. */
export function codeOfMessage(text: string): string | null {
  const wish = /\[\[fail:\s*([a-z0-9_]+)\s*\]\]/i.exec(text)?.[1]?.toLowerCase();
  return wish !== undefined && KNOWN.includes(wish) ? wish : null;
}

/** Whether a key with this fault fails model lists too. */
export function failsEveryCall(code: string): boolean {
  return ANY_CALL.test(code);
}

/** Whether this code means an ordinary answer of this provider that ends as filtered. */
export function endsFiltered(provider: ProviderId, code: string): boolean {
  return failures[provider][code]?.finish === "filtered";
}

/** The provider's own answer for a code. */
export function failureReply(
  provider: ProviderId,
  code: string,
  fill: { model?: string; message?: string } = {},
): HttpReply {
  if (code === "html") {
    return { status: 502, headers: { "content-type": "text/html" }, body: table.html };
  }
  if (code === "error_200")
    return { ...failureReply(provider, "provider_error", fill), status: 200 };
  const failure = failures[provider][code] ?? failures[provider].provider_error;
  if (failure?.like) return failureReply(provider, failure.like, fill);
  const message = fill.message || failure?.message || "";
  return {
    status: failure?.status ?? 500,
    headers: failure?.headers,
    body: filled(failure?.body ?? {}, { model: fill.model ?? "", message }),
  };
}

function filled(template: unknown, values: Record<string, string>): unknown {
  if (typeof template === "string") {
    return template.replace(/\{(model|message)\}/g, (_whole, name: string) => values[name] ?? "");
  }
  if (Array.isArray(template)) return template.map((item) => filled(item, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, filled(value, values)]),
  );
}
