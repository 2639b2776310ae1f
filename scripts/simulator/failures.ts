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

/** Failures of the connection, the same for every provider. */
const connectionCodes = [
  "hang",
  "hang_midstream",
  "break_midstream",
  "error_midstream",
  "html",
  "error_200",
];
/** Keys with these codes fail every call; with other codes only completions. */
const alwaysFailing =
  /^(bad_key|key_expired|no_access|wrong_region|rate_limited|overloaded|provider_error|hang|html|error_200)$/;

const allCodes = [
  ...new Set([...connectionCodes, ...Object.values(failures).flatMap(Object.keys)]),
].sort((left, right) => right.length - left.length);

/** The code in a key such as `sandbox-fail-rate_limited-2`, or null. */
export function failureCodeOfKey(key: string): string | null {
  if (key.includes("sandbox-wrong")) return "bad_key";
  const requested = /^sandbox-fail-(.+)$/.exec(key)?.[1];
  return allCodes.find((code) => requested?.startsWith(code)) ?? null;
}

/** The code in a prompt that contains `[[fail:<code>]]`, or null. */
export function failureCodeOfPrompt(text: string): string | null {
  const requested = /\[\[fail:\s*([a-z0-9_]+)\s*\]\]/i.exec(text)?.[1]?.toLowerCase();
  return requested !== undefined && allCodes.includes(requested) ? requested : null;
}

/** Whether a key with this code also fails model lists. */
export function alwaysFails(code: string): boolean {
  return alwaysFailing.test(code);
}

/** Whether the provider reports this failure as a normal answer that ends as filtered. */
export function endsWithFilter(provider: ProviderId, code: string): boolean {
  return failures[provider][code]?.finish === "filtered";
}

/** The provider's response for a code. */
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
    body: fillTemplate(failure?.body ?? {}, { model: fill.model ?? "", message }),
  };
}

function fillTemplate(template: unknown, values: Record<string, string>): unknown {
  if (typeof template === "string") {
    return template.replace(/\{(model|message)\}/g, (_whole, name: string) => values[name] ?? "");
  }
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, values));
  if (typeof template !== "object" || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) => [key, fillTemplate(value, values)]),
  );
}
