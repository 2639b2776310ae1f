import { expect, test } from "vitest";
import { auditLockfile } from "../../../scripts/check/advisories";
import { disallowedLicenses, licenseLines } from "../../../scripts/check/licenses";
import { parseLockfile, readLockfile } from "../../../scripts/check/lockfile";

type Seed = { version: string; license?: string; dev?: boolean };

const lockfileWith = (packages: Record<string, Seed>) =>
  parseLockfile(JSON.stringify({ lockfileVersion: 3, packages: { "": {}, ...packages } }));

test("every vulnerable package of a lockfile is named with its advisory and its source", () => {
  const seeded = lockfileWith({
    "node_modules/next": { version: "16.4.0" },
    "node_modules/next-auth": { version: "4.24.14" },
    "node_modules/sharp": { version: "0.35.4" },
    "node_modules/a/node_modules/nanoid": { version: "5.0.9", dev: true },
    "node_modules/zod": { version: "4.6.7" },
  });
  const { vulnerable } = auditLockfile(seeded);
  const ids = vulnerable.map((line) => /^(\S+): (\S+)/.exec(line)?.slice(1).join(" "));
  expect(ids).toEqual([
    "node_modules/next@16.4.0 GHSA-xqc2-xf4c-x3h3",
    "node_modules/next@16.4.0 GHSA-p3m5-59mp-jv5r",
    "node_modules/next@16.4.0 GHSA-vvgp-ww4w-46vf",
    "node_modules/next@16.4.0 GHSA-2464-fhr4-w9xw",
    "node_modules/next@16.4.0 GHSA-673q-mjm6-r5xr",
    "node_modules/next-auth@4.24.14 GHSA-7rqj-j65f-68wh",
    "node_modules/next-auth@4.24.14 GHSA-x445-f3h2-j279",
    "node_modules/next-auth@4.24.14 GHSA-xmf8-cvqr-rfgj",
    "node_modules/sharp@0.35.4 GHSA-wq5f-xc86-pv6w",
    "node_modules/a/node_modules/nanoid@5.0.9 GHSA-2v37-7h3g-55p8",
  ]);
  for (const line of vulnerable) expect(line).toMatch(/\(https:\/\/\S+\)\./);
});

test("an advisory without a source is called unverified", () => {
  const { vulnerable, unverified } = auditLockfile(
    lockfileWith({ "node_modules/react": { version: "19.3.0" } }),
  );
  expect(vulnerable).toEqual([expect.stringContaining("(unverified: no source)")]);
  expect(unverified).toContain("react: the floor 19.3.1 has no source.");
  expect(unverified).toContainEqual(
    expect.stringMatching(/^1 of 1 production packages are unverified/),
  );
});

test("no known advisory covers a package of this lockfile", () => {
  expect(auditLockfile(readLockfile()).vulnerable).toEqual([]);
});

test("a licence that isn't allowed, and a missing one, are named", () => {
  const seeded = lockfileWith({
    "node_modules/copyleft": { version: "1.0.0", license: "AGPL-3.0-only" },
    "node_modules/undeclared": { version: "2.0.0" },
    "node_modules/either": { version: "3.0.0", license: "(GPL-3.0-only OR MIT)" },
    "node_modules/both": { version: "4.0.0", license: "MIT AND GPL-3.0-only" },
    "node_modules/plain": { version: "5.0.0", license: "ISC" },
  });
  expect(disallowedLicenses(seeded)).toEqual([
    "copyleft@1.0.0: AGPL-3.0-only",
    "undeclared@2.0.0: no licence declared",
    "both@4.0.0: MIT AND GPL-3.0-only",
  ]);
});

test("every licence of this lockfile is allowed, and listed", () => {
  const packages = readLockfile();
  expect(disallowedLicenses(packages)).toEqual([]);
  const listed = licenseLines(packages).filter((line) => line.startsWith("  "));
  expect(listed).toHaveLength(packages.length);
  expect(listed).toContainEqual(expect.stringMatching(/^ {2}next@[\d.]+$/));
});
