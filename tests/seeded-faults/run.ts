// Puts one fault after the other into a copy of a checkout, and runs the test file that must fail:
//   node scripts/bootstrap.mjs tests/seeded-faults/run.ts [--checkout DIR] [WORDS…]
// DIR is this clone unless given; in another one the files named by `testBefore` are run. WORDS choose
// faults by name or test. It exits with 1 when a fault was not noticed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parentPidFor } from "../../scripts/launch/parent-watch.mjs";
import { root } from "../../scripts/launch/root";
import { type Fault, faults } from "./faults";

const args = process.argv.slice(2);
const flag = args.indexOf("--checkout");
const checkout = resolve(flag === -1 ? root : (args[flag + 1] ?? root));
const words = flag === -1 ? args : args.toSpliced(flag, 2);
const isOther = checkout !== resolve(root);
const sources = ["app", "components", "lib"];

function run(command: string, args: string[], cwd: string) {
  const env = parentPidFor(process.env);
  return spawnSync(command, args, { cwd, env, encoding: "utf8", maxBuffer: 100_000_000 });
}

/** The tracked files and the packages, as links where the disk allows: a few seconds. */
function copyOf(folder: string): string {
  // Beside the checkout: links do not cross disks.
  const copy = mkdtempSync(join(dirname(folder), "seeded-"));
  const script = `git ls-files -z | xargs -0 cp --parents -t "$0" && cp -al node_modules "$0"/`;
  const { status, stderr } = run("bash", ["-c", script, copy], folder);
  if (status === 0) return copy;
  rmSync(copy, { recursive: true, force: true });
  throw new Error(`${folder} could not be copied: ${stderr}`);
}

/** Puts the fault in. @returns what takes it out again */
function plant(copy: string, { name, find, replace }: Fault): () => void {
  const holders = sources
    .flatMap((folder) =>
      readdirSync(join(copy, folder), { recursive: true, encoding: "utf8" }).map((file) =>
        join(copy, folder, file),
      ),
    )
    .filter((file) => /\.tsx?$/.test(file) && readFileSync(file, "utf8").includes(find));
  const [file] = holders;
  if (!file || holders.length > 1) {
    throw new Error(`"${name}": ${holders.length} files hold ${find}; describe the fault anew.`);
  }
  const before = readFileSync(file, "utf8");
  writeFileSync(
    file,
    before.replace(find, () => replace),
  );
  return () => writeFileSync(file, before);
}

/** Whether the tests of this file fail. @throws Error when they did not run */
function isNoticed(copy: string, filter: string): boolean {
  const [part = ""] = filter.split("/");
  // Here only journeys need the build; elsewhere the checkout's own command knows.
  const command =
    isOther || part === "e2e"
      ? ["scripts/bootstrap.mjs", "scripts/test.ts", `--${part}`, filter]
      : ["node_modules/vitest/vitest.mjs", "run", `--project=${part}`, filter];
  const { status, stdout, stderr } = run(process.execPath, command, copy);
  if (!/\d+ passed/.test(stdout))
    throw new Error(`${filter} did not run:\n${(stdout + stderr).slice(-2_000)}`);
  return status !== 0;
}

const chosen = faults.filter(({ name, test }) =>
  words.every((word) => `${name} ${test}`.includes(word)),
);
const copy = copyOf(checkout);
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
const unnoticed: string[] = [];
for (const fault of chosen) {
  const filter = isOther ? (fault.testBefore ?? fault.test) : fault.test;
  const takeOut = plant(copy, fault);
  const startedAt = performance.now();
  const noticed = isNoticed(copy, filter);
  takeOut();
  if (!noticed) unnoticed.push(fault.name);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(
    `${noticed ? "noticed  " : "UNNOTICED"} ${seconds.padStart(4)} s  ${fault.name} (${filter})`,
  );
}
console.log(`${chosen.length - unnoticed.length} of ${chosen.length} faults noticed`);
process.exitCode = unnoticed.length > 0 || chosen.length === 0 ? 1 : 0;
