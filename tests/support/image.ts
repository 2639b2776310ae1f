import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { standaloneDir } from "../../scripts/launch/build";
import { parentPidFor } from "../../scripts/launch/parent-watch.mjs";
import { freePort } from "../../scripts/launch/ports";
import { root } from "../../scripts/launch/root";

/** Debian's `nobody`. */
const nobody = 65_534;

/** The Dockerfile's variables, on loopback. */
export const imageVariables = {
  HOSTNAME: "127.0.0.1",
  NEXT_TELEMETRY_DISABLED: "1",
  KEEP_ALIVE_TIMEOUT: "125000",
  NODE_OPTIONS: "--max-semi-space-size=16 --max-old-space-size=512",
  MALLOC_ARENA_MAX: "2",
};

function makeReadOnly(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
  }
  chmodSync(folder, 0o555);
}

/** Removes the proxy from a build: Next finds it in this manifest. */
export function removeProxy(image: string): void {
  const path = join(image, ".next/server/functions-config-manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const { "/_middleware": proxy, ...functions } = manifest.functions;
  if (!proxy) throw new Error("The build has no proxy where it was looked for.");
  writeFileSync(path, JSON.stringify({ ...manifest, functions }));
}

/**
 * Copies the files of the container image, as the Dockerfile does, into a read-only folder. Processes
 * run as an unprivileged user, on the image's Node where the test script has set IMAGE_NODE.
 * @param change modifies the files before they become read-only
 */
export function copyImageFiles(change: (image: string) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-image-"));
  chmodSync(folder, 0o755);
  const image = join(folder, "app");
  cpSync(standaloneDir, image, { recursive: true });
  cpSync(join(root, "scripts/deploy/healthcheck.mjs"), join(image, "healthcheck.mjs"));
  change(image);
  makeReadOnly(image);
  // Outside the image: ends the processes with the test process.
  for (const name of ["exit-with-parent.mjs", "parent-watch.mjs"]) {
    cpSync(join(root, "scripts/launch", name), join(folder, name));
  }
  // The unprivileged user may not be able to read this clone.
  if (process.env.IMAGE_NODE) cpSync(process.env.IMAGE_NODE, join(folder, "node"));
  return {
    folder,
    ...imageIn(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The commands of an image that was copied into this folder. */
export function imageIn(folder: string) {
  const image = join(folder, "app");
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const node = existsSync(join(folder, "node")) ? join(folder, "node") : process.execPath;

  function run(script: string, variables: Record<string, string>) {
    const env = { NODE_ENV: "production" as const, PATH: process.env.PATH, ...variables };
    const args = ["--import", join(folder, "exit-with-parent.mjs"), script];
    const child = spawn(node, args, {
      cwd: image,
      env: parentPidFor({ ...env, HOME: "/nonexistent" }),
      stdio: ["ignore", "pipe", "pipe"],
      ...user,
    });
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    const exit = once(child, "close").then(
      ([code, signal]): number | NodeJS.Signals => code ?? signal,
    );
    // A process that could be spawned has an id.
    const pid = child.pid as number;
    return {
      pid,
      exit,
      output: () => output,
      kill: (signal: NodeJS.Signals) => child.kill(signal),
    };
  }

  return {
    /** Starts a copy of the console on PORT or a free port. @throws Error with its output */
    start: async (variables: Record<string, string>) => {
      const port = Number(variables.PORT ?? (await freePort()));
      const process = run("server.js", { ...imageVariables, ...variables, PORT: `${port}` });
      const url = `http://127.0.0.1:${port}`;
      let isEnded = false;
      void process.exit.then(() => {
        isEnded = true;
      });
      const isReady = () => fetch(`${url}/api/health/ready`).then(({ ok }) => ok);
      while (!(await isReady().catch(() => false))) {
        if (isEnded) throw new Error(`The copy ended:\n${process.output()}`);
        await delay(50);
      }
      return { ...process, port, url };
    },
    /** The exit code of the container's health check. */
    checkHealth: (port: number) => run("healthcheck.mjs", { PORT: `${port}` }).exit,
  };
}

export type Image = ReturnType<typeof imageIn>;
