import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const scripts = fileURLToPath(new URL("../../scripts", import.meta.url));

/** Stands for npm: notes each install, takes a while, and puts a loader named tsx into place. */
const npm = `
const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
appendFileSync("installs.log", process.argv.slice(2).join(" ") + "\\n");
if (process.env.FAIL) process.exit(3);
setTimeout(() => {
  mkdirSync("node_modules/tsx", { recursive: true });
  writeFileSync("node_modules/tsx/package.json", '{"name":"tsx","main":"index.js"}');
  writeFileSync("node_modules/tsx/index.js", "");
}, 300);
`;

/** What the script answers: its arguments, and the exit code that it was asked for. */
const script = `
console.log("ran", process.argv.slice(2).join(" "));
process.exitCode = Number(process.argv[2] ?? 0);
`;

const waiting = `
process.on("SIGTERM", () => { console.log("told to stop"); process.exit(5); });
setInterval(() => {}, 1000);
console.log("waiting");
`;

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchboard-bootstrap-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A clone that has nothing but the bootstrap, two scripts and a lockfile. */
async function newClone(): Promise<string> {
  const clone = join(folder, `clone-${++count}`);
  await mkdir(join(clone, "scripts/launch"), { recursive: true });
  for (const name of ["bootstrap.mjs", "launch/file-lock.mjs", "launch/parent-watch.mjs"]) {
    await cp(join(scripts, name), join(clone, "scripts", name));
  }
  await writeFile(join(clone, "scripts/ran.mjs"), script);
  await writeFile(join(clone, "scripts/waiting.mjs"), waiting);
  await writeFile(join(clone, "npm.cjs"), npm);
  await writeFile(join(clone, "package-lock.json"), '{"packages":{"":{},"node_modules/tsx":{}}}');
  return clone;
}

function boot(clone: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["scripts/bootstrap.mjs", ...args], {
    cwd: clone,
    env: { ...process.env, npm_execpath: join(clone, "npm.cjs"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const exit = once(child, "close").then(([code, signal]) => code ?? signal);
  return { child, exit, output: () => output };
}

const installs = async (clone: string) =>
  (await readFile(join(clone, "installs.log"), "utf8")).trim().split("\n");

test("two starts at once in a fresh clone install once, and both run", async () => {
  const clone = await newClone();
  const both = [boot(clone, ["scripts/ran.mjs"]), boot(clone, ["scripts/ran.mjs"])];
  expect(await Promise.all(both.map((start) => start.exit))).toEqual([0, 0]);
  for (const start of both) expect(start.output()).toContain("ran");
  expect(await installs(clone)).toHaveLength(1);
});

test("a changed lockfile is installed again, an unchanged one is not", async () => {
  const clone = await newClone();
  for (let start = 0; start < 2; start++) await boot(clone, ["scripts/ran.mjs"]).exit;
  expect(await installs(clone)).toHaveLength(1);
  await writeFile(join(clone, "package-lock.json"), '{"packages":{"":{},"node_modules/new":{}}}');
  await boot(clone, ["scripts/ran.mjs"]).exit;
  expect(await installs(clone)).toHaveLength(2);
});

test("an install that fails ends the start with a sentence, and is tried again", async () => {
  const clone = await newClone();
  const failed = boot(clone, ["scripts/ran.mjs"], { FAIL: "1" });
  expect(await failed.exit).toBe(1);
  expect(failed.output()).toContain("npm install failed with code 3");
  const again = boot(clone, ["scripts/ran.mjs"]);
  expect(await again.exit).toBe(0);
});

test("the script gets the arguments, and its exit code is passed on", async () => {
  const start = boot(await newClone(), ["scripts/ran.mjs", "7", "--dev"]);
  expect(await start.exit).toBe(7);
  expect(start.output()).toContain("ran 7 --dev");
});

test("a signal reaches the script, which decides on the exit code", async () => {
  const start = boot(await newClone(), ["scripts/waiting.mjs"]);
  await new Promise<void>((resolve) => {
    start.child.stdout.on("data", () => start.output().includes("waiting") && resolve());
  });
  start.child.kill("SIGTERM");
  expect(await start.exit).toBe(5);
  expect(start.output()).toContain("told to stop");
});
