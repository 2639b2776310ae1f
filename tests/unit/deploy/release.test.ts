import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import manifest from "@/package.json";
import { latestRelease, releaseChangelog, withVersion } from "../../../scripts/deploy/release";
import { root } from "../../../scripts/launch/root";

const changelog = `# Changelog

## [Unreleased]

### Added

- A thing.

## [1.1.0] - 2026-01-02

- Another thing.
`;

test("a release moves what is unreleased under its version and day", () => {
  const released = releaseChangelog(changelog, "1.2.0", "2026-11-29");
  expect(released).toContain(
    "## [Unreleased]\n\n## [1.2.0] - 2026-11-29\n\n### Added\n\n- A thing.\n\n## [1.1.0]",
  );
  expect(latestRelease(released)).toBe("1.2.0");
});

test("a version that isn't newer, isn't one, or has no changes is refused", () => {
  expect(() => releaseChangelog(changelog, "1.1.0", "2026-11-29")).toThrow("isn't newer");
  expect(() => releaseChangelog(changelog, "1.0.10", "2026-11-29")).toThrow("isn't newer");
  expect(() => releaseChangelog(changelog, "v2", "2026-11-29")).toThrow("isn't a version");
  const twice = releaseChangelog(changelog, "1.2.0", "2026-11-29");
  expect(() => releaseChangelog(twice, "1.3.0", "2026-11-30")).toThrow("Nothing is unreleased.");
});

test("only the console's own version changes in package.json and the lockfile", () => {
  const lockfile = `{"version": "1.1.0", "packages": {"": {"version": "1.1.0", "dependencies": {}}, "node_modules/x": {"version": "1.1.0"}}}`;
  expect(withVersion(lockfile, "1.1.0", "1.2.0")).toBe(
    `{"version": "1.2.0", "packages": {"": {"version": "1.2.0", "dependencies": {}}, "node_modules/x": {"version": "1.1.0"}}}`,
  );
});

test("the version of package.json is the changelog's latest release", () => {
  const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
  expect(latestRelease(text)).toBe(manifest.version);
});
