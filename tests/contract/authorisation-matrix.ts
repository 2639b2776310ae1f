import type { DeclaredPage } from "../../scripts/check/declared-access";

export type Headers = Record<string, string>;
type Role = "viewer" | "admin" | null;
/** Somebody who asks: `role` is what the console should take them for, `foreign` another site's page. */
export type Who = { headers: () => Headers; role: Role; foreign?: boolean };

/** Parameters stand for what does not exist, so that no request changes anything. */
export const addressOf = (path: string) => path.replace(/\[[^\]]+\]|\{[^}]+\}/g, "nobody-here");
type Verdict = "401" | "403" | "through";

export function verdictOn(
  { role, foreign = false }: Who,
  method: string,
  access: string | null,
): Verdict {
  if (role === null) return "401";
  if (foreign && method !== "GET" && method !== "HEAD") return "403";
  return access === "admin" && role !== "admin" ? "403" : "through";
}

export const verdictOf = (status: number): string =>
  status === 401 || status === 403 || status === 429 || status >= 500 ? `${status}` : "through";

/** What each of these comes to, a few at a time. */
export async function mapInGroups<Item, Result>(
  items: readonly Item[],
  run: (one: Item) => Promise<Result>,
) {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += 12) {
    results.push(...(await Promise.all(items.slice(at, at + 12).map(run))));
  }
  return results;
}

/** How the browser asks for a page alone, within the layouts that it has from another one. */
export function stateOf({ folders }: DeclaredPage): string {
  const within = (rest: string[]): unknown[] => {
    const [folder, ...inner] = rest;
    if (folder === undefined) return ["__PAGE__", {}, null, "refetch"];
    const param = /^\[(.+)\]$/.exec(folder)?.[1];
    const segment = param ? [param, "nobody-here", "d", null] : folder;
    return [segment, { children: within(inner) }];
  };
  return encodeURIComponent(JSON.stringify(["", { children: within(folders) }]));
}
