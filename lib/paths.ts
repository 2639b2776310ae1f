const join = (...segments: string[]) =>
  segments.map((part) => `/${encodeURIComponent(part)}`).join("");

type Query = Record<string, string | number | boolean | null | undefined>;

/** `?a=1&b=2` of what is set; empty when nothing is. */
function query(values: Query = {}): string {
  const set = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return set.length > 0 ? `?${new URLSearchParams(set)}` : "";
}

/** Addresses of pages. Ids are one percent-encoded segment each, whatever they hold. */
export const pages = {
  home: () => "/models",
  models: (search?: Query) => `/models${query(search)}`,
  /** The API keys panel of the Models page, with that provider selected. */
  apiKeys: (providerId: string) => `/models${query({ key_provider: providerId })}#api-keys`,
  agents: (search?: Query) => `/agents${query(search)}`,
  agent: (name: string, version: string) => `/agents${join(name, version)}`,
  /** Who changed what; `entity` is `model:<pk>`, `agent:<name>/<version>` or `key:<provider id>`. */
  activity: (search?: Query) => `/activity${query(search)}`,
  signIn: (callbackPath?: string) => `/sign-in${query({ callbackUrl: callbackPath })}`,
};

/** Addresses of the HTTP API (CONTRACT §7). */
export const api = {
  models: (search?: Query) => `/api/models${query(search)}`,
  model: (provider: string, modelId: string, search?: Query) =>
    `/api/models${join(provider, modelId)}${query(search)}`,
  modelRollback: (provider: string, modelId: string) =>
    `/api/models${join(provider, modelId)}/rollback`,
  modelsImport: (search: Query) => `/api/models/import${query(search)}`,
  modelsExport: (format: "csv" | "json") => `/api/models/export${query({ format })}`,
  defectiveModel: (pk: string) => `/api/models/defective${join(pk)}`,
  providers: () => "/api/providers",
  knownModels: (id: string) => `/api/providers${join(id)}/known-models`,
  providerKey: (id: string) => `/api/providers${join(id)}/key`,
  keyRollback: (id: string) => `/api/providers${join(id)}/key/rollback`,
  keyRepair: (id: string) => `/api/providers${join(id)}/key/repair`,
  agents: (search?: Query) => `/api/agents${query(search)}`,
  agent: (name: string, version: string) => `/api/agents${join(name, version)}`,
  agentRollback: (name: string, version: string) => `/api/agents${join(name, version)}/rollback`,
  completions: () => "/api/completions",
  operation: (id: string) => `/api/operations${join(id)}`,
  operationStop: (id: string) => `/api/operations${join(id)}/stop`,
  operationResume: (id: string) => `/api/operations${join(id)}/resume`,
  operationUndo: (id: string) => `/api/operations${join(id)}/undo`,
  activity: (search?: Query) => `/api/activity${query(search)}`,
  activityExport: (search: Query) => `/api/activity/export${query(search)}`,
  csrf: () => "/api/auth/csrf",
  signIn: () => "/api/auth/callback/local",
  signOut: () => "/api/auth/signout",
};

/**
 * The parameters of a page. Next hands a page its segments as they stand in the address, still
 * percent-encoded, and a route handler the same ones decoded: only pages call this. A segment that
 * is no valid encoding is taken as it is.
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
 * A path of this site out of something that came with the address, else null: no other origin, no
 * `//host`, no backslashes (browsers read them as slashes), no control characters (they drop them).
 */
export function sameOriginPath(wanted: string | null | undefined): string | null {
  const hasOddCharacters = (text: string) =>
    [...text].some((char) => char === "\\" || char.charCodeAt(0) <= 0x20 || char === "\x7f");
  if (!wanted?.startsWith("/") || wanted.startsWith("//") || hasOddCharacters(wanted)) return null;
  const base = "http://this.invalid";
  const url = URL.canParse(wanted, base) ? new URL(wanted, base) : null;
  return url?.origin === base ? `${url.pathname}${url.search}` : null;
}
