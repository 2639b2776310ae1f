import "server-only";
import { connectionTo } from "./registry";
import { type ProviderId, providerIds } from "./schema";

type OwnAddress = {
  host: RegExp;
  /** The path of the base URL of the provider's SDK. */
  path: string;
};

const ownAddresses: Record<ProviderId, OwnAddress> = {
  openai: { host: /^api\.openai\.com$/, path: "/v1" },
  anthropic: { host: /^api\.anthropic\.com$/, path: "" },
  google: { host: /^generativelanguage\.googleapis\.com$/, path: "" },
  bedrock: { host: /^bedrock-runtime(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/, path: "" },
  xai: { host: /^api\.x\.ai$/, path: "/v1" },
  deepseek: { host: /^api\.deepseek\.com$/, path: "" },
};

/**
 * The URL to which this server sends what a state machine would send to `endpoint`: the provider's
 * configured base URL. Null for any other host, which must not receive a key.
 */
export function redirectEndpoint(endpoint: string): { provider: ProviderId; url: URL } | null {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (!url) return null;
  const configured = providerIds.find((id) => isBelow(url, new URL(connectionTo(id).baseUrl)));
  if (configured) return { provider: configured, url };
  const own = providerIds.find((id) => isOwn(id, url));
  return own ? { provider: own, url: moved(own, url) } : null;
}

function isBelow(url: URL, base: URL): boolean {
  const isSameHost = url.origin === base.origin && url.username === "" && url.password === "";
  return isSameHost && url.pathname.startsWith(`${withoutSlash(base.pathname)}/`);
}

function isOwn(id: ProviderId, { protocol, hostname, port, username, password }: URL): boolean {
  const isPlain = protocol === "https:" && `${port}${username}${password}` === "";
  return isPlain && ownAddresses[id].host.test(hostname);
}

function moved(id: ProviderId, url: URL): URL {
  const base = new URL(connectionTo(id).baseUrl);
  // Bedrock's hosts differ by region, and the machine's region applies.
  if (isOwn(id, base)) return url;
  const { path } = ownAddresses[id];
  const root = withoutSlash(base.pathname);
  const isVersioned = url.pathname.startsWith(`${path}/`);
  const rest = isVersioned ? url.pathname.slice(path.length) : url.pathname;
  const below =
    isVersioned || !root.endsWith(path) ? root : root.slice(0, -path.length || undefined);
  return new URL(`${below}${rest}${url.search}`, base.origin);
}

const withoutSlash = (path: string) => path.replace(/\/$/, "");
