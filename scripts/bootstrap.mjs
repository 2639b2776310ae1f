// Runs a TypeScript script after installing missing dependencies. Imports only Node's own modules.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitForLock } from "./launch/file-lock.mjs";
import { parentPidFor, watchParent } from "./launch/parent-watch.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const npmRecord = join(modules, ".package-lock.json");
const cacheFolder = join(modules, ".cache", "switchboard");
const stampFile = join(cacheFolder, "installed");

function fail(message) {
  console.error(message);
  process.exit(1);
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Switchboard needs Node 20.19 or newer; this is Node ${process.versions.node}.`);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function lockHash() {
  return createHash("sha256")
    .update(read(join(root, "package-lock.json")))
    .digest("hex");
}

/** Whether npm's own record has the versions of the lockfile, as after a manual npm install. */
function matchesNpmRecord() {
  const record = read(npmRecord);
  if (record === "") return false;
  const installed = JSON.parse(record).packages;
  const locked = JSON.parse(read(join(root, "package-lock.json"))).packages;
  return Object.entries(locked).every(
    ([path, { version, optional }]) =>
      path === "" || optional || (installed[path] && installed[path].version === version),
  );
}

function isInstalled() {
  if (read(stampFile) === lockHash()) return true;
  if (!matchesNpmRecord()) return false;
  stamp();
  return true;
}

function stamp() {
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(stampFile, lockHash());
}

/** Runs a program in the clone and resolves to its exit code. Forwards signals to it. */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, ...options });
    const forward = (signal) => child.kill(signal);
    const stop = () => {
      child.kill("SIGTERM");
      // A clean stop takes up to 5 s.
      setTimeout(() => child.kill("SIGKILL"), 7000).unref();
    };
    process.on("SIGINT", forward).on("SIGTERM", forward).on("SIGHUP", stop).on("parent-gone", stop);
    child.on("error", (error) => fail(`Could not run ${command}: ${error.message}.`));
    child.on("exit", (code, signal) => {
      process
        .off("SIGINT", forward)
        .off("SIGTERM", forward)
        .off("SIGHUP", stop)
        .off("parent-gone", stop);
      resolve({ code: code === null ? 128 + constants.signals[signal] : code, signal });
    });
  });
}

async function install() {
  const npm = process.env.npm_execpath;
  // The stand-ins are devDependencies, which NODE_ENV=production would omit. No tracked file changes.
  const args = ["install", "--no-audit", "--no-fund", "--no-save", "--include=dev"];
  const [command, ...prefix] = npm && /\.[cm]?js$/.test(npm) ? [process.execPath, npm] : ["npm"];
  console.log("Installing dependencies (npm install); the first time takes a minute or two.");
  // An interrupted install must not look complete.
  rmSync(stampFile, { force: true });
  rmSync(npmRecord, { force: true });
  const { code } = await run(command, [...prefix, ...args, "--loglevel=error"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (code !== 0) fail(`npm install failed with code ${code}; its messages are above.`);
  stamp();
}

async function ensureInstalled() {
  if (isInstalled()) return;
  const lock = await waitForLock(join(cacheFolder, "install.lock"), (pid) =>
    console.log(`Waiting for process ${pid}, which is installing the dependencies.`),
  );
  try {
    if (!isInstalled()) await install();
  } finally {
    lock.release();
  }
}

requireNode();
watchParent(() => process.emit("parent-gone") || process.exit(1));
const [script, ...args] = process.argv.slice(2);
if (!script) fail("Usage: node scripts/bootstrap.mjs <script.ts> [arguments]");
await ensureInstalled();
// Hide the SDK's notice about future Node versions, which is meant for developers.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
const { code, signal } = await run(
  process.execPath,
  ["--conditions=react-server", "--import", "tsx", script, ...args],
  { stdio: "inherit", env: parentPidFor(process.env) },
);
if (signal) console.error(`${script} was ended by ${signal}.`);
process.exit(code);
