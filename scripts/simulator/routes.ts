import type { IncomingHttpHeaders } from "node:http";
import { PROVIDERS, type ProviderId } from "./protocol";

export interface Route {
  provider: ProviderId;
  /** Path as the client wrote it, without the provider's prefix; appended to the upstream. */
  path: string;
  /** With its question mark, or empty. */
  query: string;
}

/** What stands between a provider's prefix and its paths, as in the provider's own base URL. */
export const BASE_PATHS: Record<ProviderId, string> = {
  openai: "/openai/v1",
  anthropic: "/anthropic",
  google: "/google",
  bedrock: "/bedrock",
  xai: "/xai/v1",
  deepseek: "/deepseek",
};

/**
 * The provider of a request: by its prefix, or by the provider's native path for clients that
 * are given the simulator's bare address. Null if neither fits.
 */
export function routeOf(url: string, headers: IncomingHttpHeaders): Route | null {
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? "" : url.slice(mark);
  for (const provider of PROVIDERS) {
    const rest = below(path, BASE_PATHS[provider]);
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
  const anthropic = headers["anthropic-version"] !== undefined || path.startsWith("/v1/messages");
  if (path.startsWith("/v1/") && anthropic) return { provider: "anthropic", path };
  const rest = below(path, "/v1");
  return rest === null ? null : { provider: "openai", path: rest };
}

function below(path: string, base: string): string | null {
  if (path === base) return "";
  return path.startsWith(`${base}/`) ? path.slice(base.length) : null;
}

/** The keys that a request carries, in whichever header the provider's clients put them. */
export function keysOf(headers: IncomingHttpHeaders, query: string): string[] {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const inUrl = new URLSearchParams(query).get("key");
  return [bearer, headers["x-api-key"], headers["x-goog-api-key"], inUrl]
    .flat()
    .filter((key): key is string => typeof key === "string")
    .map((key) => key.trim());
}
