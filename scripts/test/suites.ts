import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { cacheDir, root } from "../launch/root";

const contract = "tests/contract";
const testsNamed = (pattern: RegExp) =>
  readdirSync(join(root, contract), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => `${contract}/${name}`);

type Suite = { title: string; stamp: string; tests: () => string[] };

/** The tests of our stand-ins for AWS and the providers. */
export const standIns: Suite = {
  title: "the stand-ins' own tests",
  stamp: "stand-ins",
  tests: () => testsNamed(/^(embedded|simulator)\b.*\.test\.ts$/),
};

/** The tests of limits and conditional writes, once more against AWS's own engine. */
export const dynamodbLocal: Suite = {
  title: "the second run on DynamoDB Local",
  stamp: "dynamodb-local",
  tests: () =>
    testsNamed(
      /^(embedded-limits|guards|import-export|operations|operations-meanwhile)\.test\.ts$/,
    ).concat("tests/support/dynamodb-local.ts"),
};

/** Code that only developers and tests start. */
const developmentOnly =
  /\/(embedded|simulator|launcher|bootstrap|populate|state-machine|step-functions|restore-drill)\b/;

/**
 * Tests of use cases and routes in one process against the local engine, which check what is
 * decided and written. Another Node can only change how requests, streams, timers and connections
 * behave, which other tests of the same routes and use cases cover.
 */
const sameOnEveryNode =
  /\/(activity-api|budgets-api|bulk-switch|bulk-switch-midway|checks-api|checks-aws|costs-past|dead-models|key-crash|keys-writers|large-rows|legacy-prices|model-reverted|models-changes|models-defaults|prices-api|reads-change-nothing|reverted|runtime-\w+|superseded|usage-api)\.test/;

/** The tests that run on both Nodes. Those of DynamoDB Local already run twice, on two engines. */
export const appContract: Pick<Suite, "tests"> = {
  tests: () =>
    testsNamed(/\.test\.ts$/).filter(
      (file) =>
        !developmentOnly.test(file) &&
        !sameOnEveryNode.test(file) &&
        !dynamodbLocal.tests().includes(file),
    ),
};

/** Files whose name contains one of the words, as in vitest; all files without words. */
export const chosenFiles = (files: string[], words: string[]): string[] =>
  words.length === 0 ? files : files.filter((file) => words.some((word) => file.includes(word)));

/** Imports of every kind, and our files that are started as processes. */
const imports = /(?:from|import)\s*\(?\s*"([^"]+)"|"((?:\.{1,2}|scripts|tests)\/[^"]+\.m?ts)"/g;

/** The file of a relative or aliased specifier; null for a package. */
function resolve(specifier: string, from: string): string | null {
  if (!/^(\.|@\/|scripts\/|tests\/)/.test(specifier)) return null;
  const base = specifier.startsWith(".")
    ? join(dirname(from), specifier)
    : join(root, specifier.replace(/^@\//, ""));
  const file = ["", ".ts", ".tsx", ".mjs", "/index.ts"]
    .map((ending) => base + ending)
    .find((path) => existsSync(path) && statSync(path).isFile());
  return file ?? null;
}

/** These files and all of our files that they import, including lazy imports. */
export function withImports(files: string[]): string[] {
  const visited = new Set<string>();
  const waiting = files.map((file) => join(root, file));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (visited.has(file)) continue;
    visited.add(file);
    if (!/\.m?tsx?$|\.mjs$/.test(file)) continue;
    for (const [, imported, started] of readFileSync(file, "utf8").matchAll(imports)) {
      const path = resolve(imported ?? started ?? "", file);
      if (path) waiting.push(path);
    }
  }
  return [...visited].map((file) => relative(root, file)).sort();
}

/** A hash of the suite's files, their imports, the lockfile and the configuration. */
function fingerprint({ tests }: Suite): string {
  const hash = createHash("sha256");
  for (const file of [...withImports(tests()), "package-lock.json", "vitest.config.ts"]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

const stampFile = ({ stamp }: Suite) => join(cacheDir, `passed-${stamp}`);

/** Whether the suite passed with exactly these files. */
export function passedBefore(suite: Suite): boolean {
  const file = stampFile(suite);
  return existsSync(file) && readFileSync(file, "utf8") === fingerprint(suite);
}

export function recordPassed(suite: Suite): void {
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(stampFile(suite), fingerprint(suite));
}
