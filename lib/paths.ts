const join = (...segments: string[]) =>
  segments.map((part) => `/${encodeURIComponent(part)}`).join("");

export type Query = Record<string, string | number | boolean | null | undefined>;

/** `?a=1&b=2` for the values that are set; empty without any. */
export function queryString(values: Query = {}): string {
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return set.length > 0 ? `?${new URLSearchParams(set)}` : "";
}

/** URLs of pages. Each ID is one percent-encoded segment, slashes included. */
export const pages = {
  home: () => "/models",
  models: (search?: Query) => `/models${queryString(search)}`,
  /** The form that registers a model, with this model selected. */
  addModel: (pk: string) => `/models${queryString({ add: true, model: pk })}`,
  /** The API keys panel of the Models page, with that provider selected. */
  apiKeys: (providerId: string) => `/models${queryString({ key_provider: providerId })}#api-keys`,
  agents: (search?: Query) => `/agents${queryString(search)}`,
  agent: (name: string, version: string, search?: Query) =>
    `/agents${join(name, version)}${queryString(search)}`,
  /** `models` holds up to four pks, separated by commas. */
  playground: (search?: Query) => `/playground${queryString(search)}`,
  costs: (search?: Query) => `/costs${queryString(search)}`,
  /** Who changed what; `entity` is `model:<pk>`, `agent:<name>/<version>` or `key:<provider id>`. */
  checks: (search?: Query) => `/checks${queryString(search)}`,
  activity: (search?: Query) => `/activity${queryString(search)}`,
  tokens: () => "/tokens",
  /** One group of endpoints, or the list of all groups. */
  apiReference: (group?: string) => `/api-reference${group ? join(group) : ""}`,
  signIn: (callbackPath?: string) => `/sign-in${queryString({ callbackUrl: callbackPath })}`,
  /** After signing out when the server couldn't end the session. */
  signedOutHere: () => "/sign-in?signed_out=here",
  /** For a person who signed in at the provider but has no role in the console. */
  refused: (sealed: string) => `/sign-in${queryString({ refused: sealed })}`,
  /** The last page of a window that was opened to sign in again. */
  signedIn: () => "/signed-in",
};

/** URLs of next-auth's own steps. */
export const signInSteps = {
  csrf: "/api/auth/csrf",
  local: "/api/auth/callback/local",
  /** `prompt` is the OIDC parameter, such as "login". */
  oidc: (prompt?: string) => `/api/auth/signin/oidc${queryString({ prompt })}`,
  session: "/api/auth/session",
  signOut: "/api/auth/signout",
};

/**
 * The parameters of a page. Next passes percent-encoded segments to a page and decoded ones to a
 * route handler, so only pages call this. A segment that isn't validly encoded is used unchanged.
 */
export async function pageParams<Params extends Record<string, string>>(
  params: Promise<Params>,
): Promise<Params> {
  const decoded = Object.entries(await params).map(([name, value]) => [name, decode(value)]);
  // The same names with string values, by the line above.
  return Object.fromEntries(decoded) as Params;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * The path and query of a URL on this console, otherwise null. The only check of redirect targets
 * that come from a request. The URL is resolved like in a browser, and the result is resolved
 * again, also percent-decoded: "/..//host" resolves to a path of this origin that is itself a URL
 * of another host.
 * @param consoleUrl the console's configured URL
 */
export function ownPath(address: string | null | undefined, consoleUrl: string): string | null {
  if (!address || !/^(\/|https?:)/i.test(address)) return null;
  const url = resolve(address, consoleUrl);
  if (!url) return null;
  const path = `${url.pathname}${url.search}`;
  const readings = [path, decode(path), decode(decode(path))];
  return readings.every((reading) => resolve(reading, consoleUrl)) ? path : null;
}

/** Null for a URL that leads elsewhere or contains a name and a password. */
function resolve(address: string, consoleUrl: string): URL | null {
  if (!URL.canParse(address, consoleUrl)) return null;
  const [url, own] = [new URL(address, consoleUrl), new URL(consoleUrl)];
  // Not the origin: that of "blob:https://…" is the URL inside.
  const isOwn = url.protocol === own.protocol && url.host === own.host;
  return isOwn && !url.username && !url.password ? url : null;
}
