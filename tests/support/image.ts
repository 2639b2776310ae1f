import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
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

/** `nobody` of Debian: a number will do where the name is another. */
const nobody = 65_534;

/** The Dockerfile's variables, on loopback. */
const asInImage = {
  HOSTNAME: "127.0.0.1",
  NEXT_TELEMETRY_DISABLED: "1",
  KEEP_ALIVE_TIMEOUT: "125000",
};

function takeWritingAway(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
  }
  chmodSync(folder, 0o555);
}

/** The build without its proxy: Next looks it up in this list of what is not a page. */
export function removeProxy(image: string): void {
  const path = join(image, ".next/server/functions-config-manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const { "/_middleware": proxy, ...functions } = manifest.functions;
  if (!proxy) throw new Error("The build has no proxy where it was looked for.");
  writeFileSync(path, JSON.stringify({ ...manifest, functions }));
}

/**
 * The files of the container image, put together as the Dockerfile does, in a folder where nothing
 * can be written. Started as root, its processes run as somebody who owns nothing.
 * @param change to the files before that
 */
export function layOutImage(change: (image: string) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-image-"));
  chmodSync(folder, 0o755);
  const image = join(folder, "app");
  cpSync(standaloneDir, image, { recursive: true });
  cpSync(join(root, "scripts/deploy/healthcheck.mjs"), join(image, "healthcheck.mjs"));
  change(image);
  takeWritingAway(image);
  // Beside the image, for the tests only: the processes go when the test process goes.
  for (const name of ["exit-with-parent.mjs", "parent-watch.mjs"]) {
    cpSync(join(root, "scripts/launch", name), join(folder, name));
  }
  return {
    folder,
    ...imageIn(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What can be run of an image that was laid out in this folder. */
export function imageIn(folder: string) {
  const image = join(folder, "app");
  const who = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

  function run(script: string, variables: Record<string, string>) {
    const env = { NODE_ENV: "production" as const, PATH: process.env.PATH, ...variables };
    const args = ["--import", join(folder, "exit-with-parent.mjs"), script];
    const child = spawn(process.execPath, args, {
      cwd: image,
      env: parentPidFor({ ...env, HOME: "/nonexistent" }),
      stdio: ["ignore", "pipe", "pipe"],
      ...who,
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
    /** A copy of the console on PORT or a port of its own, once it is ready. @throws Error with its output */
    start: async (variables: Record<string, string>) => {
      const port = Number(variables.PORT ?? (await freePort()));
      const process = run("server.js", { ...asInImage, ...variables, PORT: `${port}` });
      const url = `http://127.0.0.1:${port}`;
      let ended = false;
      void process.exit.then(() => {
        ended = true;
      });
      const isReady = () => fetch(`${url}/api/health/ready`).then(({ ok }) => ok);
      while (!(await isReady().catch(() => false))) {
        if (ended) throw new Error(`The copy ended:\n${process.output()}`);
        await delay(50);
      }
      return { ...process, port, url };
    },
    /** The exit code of the container's health check. */
    checkHealth: (port: number) => run("healthcheck.mjs", { PORT: `${port}` }).exit,
  };
}

export type Image = ReturnType<typeof imageIn>;
