import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { runNode } from "./child";
import { waitForLock } from "./file-lock.mjs";
import { LaunchError } from "./launch-error";
import type { Lifecycle } from "./lifecycle";
import { cacheDir, root } from "./root";

/** The sources of the build. */
const inputs = [
  "app",
  "components",
  "lib",
  "public",
  "instrumentation.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "proxy.ts",
  "package.json",
  "package-lock.json",
];

export const nextBin = join(root, "node_modules/next/dist/bin/next");
const stampFile = join(root, ".next/switchboard-build");

/** The content of the container image; see the Dockerfile. */
export const standaloneDir = join(root, ".next/standalone");
export const standaloneServer = join(standaloneDir, "server.js");

function filesUnder(path: string): string[] {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (statSync(absolute).isFile()) return [path];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}

function hashOf(paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths.flatMap(filesUnder)) {
    const content = readFileSync(join(root, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** Hash tsconfig.json after the build, because Next rewrites it. */
const stampOf = (sources: string) => `${sources} ${hashOf(["tsconfig.json"])}`;

function isFresh(): boolean {
  if (!existsSync(standaloneServer) || !existsSync(stampFile)) return false;
  return readFileSync(stampFile, "utf8") === stampOf(hashOf(inputs));
}

/** The variables for `next build` and the app, with a NODE_ENV that doesn't depend on the caller's. */
export function nextVariables(mode: "production" | "development"): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: mode, NEXT_TELEMETRY_DISABLED: "1" };
}

async function build(life: Lifecycle): Promise<void> {
  rmSync(stampFile, { force: true });
  const sources = hashOf(inputs);
  const code = await runNode(life, [nextBin, "build"], { env: nextVariables("production") });
  if (code !== 0) {
    throw new LaunchError(`The app could not be built (next build ended with code ${code}).`);
  }
  addAssets();
  writeFileSync(stampFile, stampOf(sources));
}

/** Copies the files that Next's standalone output omits because a CDN could serve them. */
function addAssets(): void {
  for (const path of [".next/static", "public"]) {
    cpSync(join(root, path), join(standaloneDir, path), { recursive: true });
  }
}

/**
 * Builds the app if its sources have changed since the last build.
 * @throws LaunchError if the build fails
 */
export async function ensureBuild(life: Lifecycle): Promise<void> {
  if (isFresh()) return console.log("  Build: up to date");
  const lock = await waitForLock(join(cacheDir, "build.lock"), (pid) =>
    console.log(`  Build: waiting for process ${pid}, which is building`),
  );
  try {
    if (isFresh()) return console.log("  Build: up to date");
    console.log("  Build: the app is built now (next build); that takes a minute or two");
    await build(life);
  } finally {
    lock.release();
  }
}
