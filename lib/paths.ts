const join = (...segments: string[]) =>
  segments.map((part) => `/${encodeURIComponent(part)}`).join("");

export type Query = Record<string, string | number | boolean | null | undefined>;

/** `?a=1&b=2` of what is set; empty when nothing is. */
export function queryString(values: Query = {}): string {
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return set.length > 0 ? `?${new URLSearchParams(set)}` : "";
}

/** Addresses of pages. Ids are one percent-encoded segment each, whatever they hold. */
export const pages = {
  home: () => "/models",
  models: (search?: Query) => `/models${queryString(search)}`,
  /** The form that registers a model, with this one chosen. */
  addModel: (pk: string) => `/models${queryString({ add: true, model: pk })}`,
  /** The API keys panel of the Models page, with that provider selected. */
  apiKeys: (providerId: string) => `/models${queryString({ key_provider: providerId })}#api-keys`,
  agents: (search?: Query) => `/agents${queryString(search)}`,
  agent: (name: string, version: string, search?: Query) =>
    `/agents${join(name, version)}${queryString(search)}`,
  /** `models` are up to four pks, joined by commas. */
  playground: (search?: Query) => `/playground${queryString(search)}`,
  costs: (search?: Query) => `/costs${queryString(search)}`,
  /** Who changed what; `entity` is `model:<pk>`, `agent:<name>/<version>` or `key:<provider id>`. */
  checks: (search?: Query) => `/checks${queryString(search)}`,
  activity: (search?: Query) => `/activity${queryString(search)}`,
  tokens: () => "/tokens",
  /** One group of endpoints, or the list of all. */
  apiReference: (group?: string) => `/api-reference${group ? join(group) : ""}`,
  signIn: (callbackPath?: string) => `/sign-in${queryString({ callbackUrl: callbackPath })}`,
  /** After signing out, where the server could not end the session too. */
  signedOutHere: () => "/sign-in?signed_out=here",
  /** For a person whom the provider knows, but who has no role in the console. */
  refused: (sealed: string) => `/sign-in${queryString({ refused: sealed })}`,
  /** The last page of a window that was opened to sign in again. */
  signedIn: () => "/signed-in",
};

/** Addresses of next-auth's own steps. */
export const signInSteps = {
  csrf: "/api/auth/csrf",
  local: "/api/auth/callback/local",
  /** `prompt` as OIDC has it, such as "login". */
  oidc: (prompt?: string) => `/api/auth/signin/oidc${queryString({ prompt })}`,
  session: "/api/auth/session",
  signOut: "/api/auth/signout",
};

/**
 * The parameters of a page. Next hands a page its segments as they stand in the address, still
 * percent-encoded, and a route handler the same ones decoded: only pages call this. A segment that
 * isn't validly encoded is used unchanged.
 */
export async function pageParams<Params extends Record<string, string>>(
  params: Promise<Params>,
): Promise<Params> {
  const decoded = Object.entries(await params).map(([name, value]) => [name, decode(value)]);
  // The same names with strings again, by the line above.
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
 * The path and query of an address on this console, else null: the only check of addresses that a
 * request asks to be redirected to. The address is resolved first, as a browser does, and what
 * came out is resolved again, also percent-decoded: "/..//host" resolves to a path of this origin,
 * which as an address of its own is another host.
 * @param consoleUrl the console's configured address
 */
export function ownPath(address: string | null | undefined, consoleUrl: string): string | null {
  if (!address || !/^(\/|https?:)/i.test(address)) return null;
  const url = resolve(address, consoleUrl);
  if (!url) return null;
  const path = `${url.pathname}${url.search}`;
  const readings = [path, decode(path), decode(decode(path))];
  return readings.every((reading) => resolve(reading, consoleUrl)) ? path : null;
}

/** Null for what leads elsewhere, or carries a name and a password. */
function resolve(address: string, consoleUrl: string): URL | null {
  if (!URL.canParse(address, consoleUrl)) return null;
  const [url, own] = [new URL(address, consoleUrl), new URL(consoleUrl)];
  // Not the origin: that of "blob:https://…" is the one within.
  const isOwn = url.protocol === own.protocol && url.host === own.host;
  return isOwn && !url.username && !url.password ? url : null;
}
