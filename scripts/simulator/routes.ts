import type { IncomingHttpHeaders } from "node:http";
import { type ProviderId, simulatedProviders } from "./protocol";

export interface Route {
  provider: ProviderId;
  /** The client's path without the provider's prefix; appended to the upstream. */
  path: string;
  /** With the leading question mark, or empty. */
  query: string;
}

/** The path prefix of each provider, which ends like the provider's own base URL. */
export const basePaths: Record<ProviderId, string> = {
  openai: "/openai/v1",
  anthropic: "/anthropic",
  google: "/google",
  bedrock: "/bedrock",
  xai: "/xai/v1",
  deepseek: "/deepseek",
};

/**
 * Finds the provider of a request by its prefix, or by the provider's native path for clients that
 * use the simulator's bare address. Null if neither matches.
 */
export function findRoute(url: string, headers: IncomingHttpHeaders): Route | null {
  const queryStart = url.indexOf("?");
  const path = queryStart < 0 ? url : url.slice(0, queryStart);
  const query = queryStart < 0 ? "" : url.slice(queryStart);
  for (const provider of simulatedProviders) {
    const rest = pathBelow(path, basePaths[provider]);
    if (rest !== null) return { provider, path: rest, query };
  }
  const native = nativeRoute(path, headers);
  return native && { ...native, query };
}

function nativeRoute(path: string, headers: IncomingHttpHeaders): Omit<Route, "query"> | null {
  if (/^\/(v1beta|v1alpha)\//.test(path) || /^\/v1\/models\/[^/]+:\w+$/.test(path)) {
    return { provider: "google", path };
  }
  if (path.startsWith("/model/")) return { provider: "bedrock", path };
  if (path === "/chat/completions" || path === "/models") return { provider: "deepseek", path };
  const isAnthropic = headers["anthropic-version"] !== undefined || path.startsWith("/v1/messages");
  if (path.startsWith("/v1/") && isAnthropic) return { provider: "anthropic", path };
  const rest = pathBelow(path, "/v1");
  return rest === null ? null : { provider: "openai", path: rest };
}

function pathBelow(path: string, base: string): string | null {
  if (path === base) return "";
  return path.startsWith(`${base}/`) ? path.slice(base.length) : null;
}

/** Whether the key is where the provider looks for it. */
export function sendsKeyTo(
  provider: ProviderId,
  key: string,
  headers: IncomingHttpHeaders,
  query: string,
): boolean {
  const bearer = /^Bearer\s(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const own: Record<ProviderId, unknown[]> = {
    openai: [bearer],
    anthropic: [headers["x-api-key"], bearer],
    google: [headers["x-goog-api-key"], new URLSearchParams(query).get("key")],
    bedrock: [bearer],
    xai: [bearer],
    deepseek: [bearer],
  };
  return own[provider].some((sent) => typeof sent === "string" && sent.trim() === key);
}

/** The candidates for a request's API key: the last word of each header, and the `key` parameter. */
export function findApiKeys(headers: IncomingHttpHeaders, query: string): string[] {
  const words = Object.values(headers).map((value) => `${value}`.trim().split(/\s/).at(-1) ?? "");
  return [...words, new URLSearchParams(query).get("key") ?? ""];
}
