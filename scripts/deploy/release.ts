import { isBefore } from "@/lib/node-support";

const unreleased = "## [Unreleased]\n";

/** The newest released version of a changelog, or null before the first. */
export const latestRelease = (changelog: string): string | null =>
  /^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/m.exec(changelog)?.[1] ?? null;

/**
 * The changelog, with its unreleased entries moved under a new version.
 * @param day such as 2026-11-29
 * @throws Error if the version isn't newer, or nothing is unreleased
 */
export function releaseChangelog(changelog: string, version: string, day: string): string {
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`"${version}" isn't a version like 1.2.3.`);
  const latest = latestRelease(changelog);
  if (latest && !isBefore(latest, version)) {
    throw new Error(`${version} isn't newer than ${latest}, the latest release.`);
  }
  const [before, after] = changelog.split(unreleased);
  if (after === undefined) throw new Error("CHANGELOG.md has no section [Unreleased].");
  const changes = after.split(/^## /m)[0] ?? "";
  if (changes.trim() === "") throw new Error("Nothing is unreleased.");
  return `${before}${unreleased}\n## [${version}] - ${day}\n${after}`;
}

/** Replaces only the version of package.json, or the two versions of package-lock.json. */
export function withVersion(json: string, from: string, to: string): string {
  const head = json.slice(0, json.indexOf('"dependencies"'));
  return head.replaceAll(`"version": "${from}"`, `"version": "${to}"`) + json.slice(head.length);
}
