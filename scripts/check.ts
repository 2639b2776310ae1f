import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { auditLockfile } from "./check/advisories";
import { undeclaredAccess } from "./check/declared-access";
import { brokenDocReferences } from "./check/doc-paths";
import { CruisedModule, folderCircles } from "./check/folder-circles";
import { disallowedLicenses } from "./check/licenses";
import { readLockfile } from "./check/lockfile";
import { slowExpressions } from "./check/regular-expressions";
import { nextBin } from "./launch/build";
import { runNode } from "./launch/child";
import { type Lifecycle, launch } from "./launch/lifecycle";
import { cacheDir, root } from "./launch/root";

/** Returns whether everything is in order. Problems are printed. */
type Check = { title: string; run: (life: Lifecycle) => Promise<boolean> };

const bin = (path: string) => join(root, "node_modules", path);

const passes = async (life: Lifecycle, args: string[]) => (await runNode(life, args)) === 0;

async function typesPass(life: Lifecycle): Promise<boolean> {
  // Otherwise the types of deleted routes would be checked too.
  for (const folder of [".next/types", ".next/dev/types"]) {
    rmSync(join(root, folder), { recursive: true, force: true });
  }
  if (!(await passes(life, [nextBin, "typegen"]))) return false;
  return passes(life, [bin("typescript/bin/tsc"), "--noEmit", "-p", root]);
}

const Cruise = z.object({
  summary: z.object({ totalCruised: z.number() }),
  modules: z.array(CruisedModule),
});

/** A cruiser that can't parse TypeScript sees no modules and would report nothing. */
async function importsFollowTheRules(life: Lifecycle): Promise<boolean> {
  mkdirSync(cacheDir, { recursive: true });
  const result = join(cacheDir, "cruise.json");
  rmSync(result, { force: true });
  await runNode(life, [
    bin("dependency-cruiser/bin/dependency-cruise.mjs"),
    ...["--config", ".dependency-cruiser.cjs", "--output-type", "json", "--output-to", result],
    ...[
      "app",
      "components",
      "lib",
      "scripts",
      "tests",
      "proxy.ts",
      "instrumentation.ts",
      "next.config.ts",
    ],
  ]);
  const { summary, modules } = Cruise.parse(JSON.parse(readFileSync(result, "utf8")));
  if (summary.totalCruised === 0) {
    console.log("dependency-cruiser saw 0 modules.");
    return false;
  }
  const circles = folderCircles(modules);
  for (const line of circles) console.log(line);
  const fmt = bin("dependency-cruiser/bin/depcruise-fmt.mjs");
  const isClean = await passes(life, [fmt, "--output-type", "err-long", "--exit-code", result]);
  return isClean && circles.length === 0;
}

async function accessIsDeclared(): Promise<boolean> {
  const undeclared = undeclaredAccess(root);
  for (const line of undeclared) console.log(line);
  return undeclared.length === 0;
}

async function docReferencesExist(): Promise<boolean> {
  const broken = brokenDocReferences(root);
  for (const line of broken) console.log(line);
  return broken.length === 0;
}

async function expressionsAreLinear(): Promise<boolean> {
  const slow = await slowExpressions();
  for (const line of slow) console.log(line);
  return slow.length === 0;
}

async function packagesAreSafe(): Promise<boolean> {
  const { vulnerable, unverified } = auditLockfile(readLockfile());
  for (const line of vulnerable) console.log(line);
  for (const line of unverified) console.log(`  ${line}`);
  return vulnerable.length === 0;
}

async function licensesAreAllowed(): Promise<boolean> {
  const disallowed = disallowedLicenses(readLockfile());
  for (const line of disallowed) console.log(line);
  return disallowed.length === 0;
}

const checks: Check[] = [
  {
    title: "Format and lint (biome)",
    run: (life) => passes(life, [bin("@biomejs/biome/bin/biome"), "check"]),
  },
  { title: "Types (tsc)", run: typesPass },
  { title: "Import rules (dependency-cruiser)", run: importsFollowTheRules },
  { title: "Every route and page says who may come in", run: accessIsDeclared },
  { title: "Paths and links in the documentation", run: docReferencesExist },
  { title: "Regular expressions take linear time (recheck)", run: expressionsAreLinear },
  { title: "Known advisories against package-lock.json", run: packagesAreSafe },
  { title: "Licences of the packages", run: licensesAreAllowed },
  {
    title: "Unused files, exports and packages (knip)",
    run: (life) => passes(life, [bin("knip/bin/knip.js")]),
  },
];

async function holds(check: Check, life: Lifecycle): Promise<boolean> {
  console.log(`\n== ${check.title}`);
  try {
    const isOk = await check.run(life);
    console.log(isOk ? "ok" : "NOT OK");
    return isOk;
  } catch (error) {
    if (life.isEnding) throw error;
    console.log("NOT OK:", error);
    return false;
  }
}

/** `npm run check`: all checks that need no running app; every one runs even if another fails. */
async function check(life: Lifecycle): Promise<void> {
  const wrong: string[] = [];
  for (const check of checks) if (!(await holds(check, life))) wrong.push(check.title);
  console.log(
    wrong.length > 0 ? `\nChecks not in order: ${wrong.join("; ")}` : "\nAll checks in order",
  );
  await life.end(wrong.length > 0 ? 1 : 0);
}

await launch(check, { codeWhenStopped: 130 });
