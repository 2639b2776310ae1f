import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { LaunchError } from "./launch-error";
import type { Lifecycle } from "./lifecycle";
import { parentPidFor } from "./parent-watch.mjs";
import { root } from "./root";

const exitWithParent = new URL("exit-with-parent.mjs", import.meta.url).href;

/** Milliseconds between SIGTERM and SIGKILL. */
const grace = 1_500;

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type Child = { process: ChildProcess; exit: Promise<Exit> };

async function stop(child: ChildProcess, exit: Promise<Exit>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), grace);
  await exit;
  clearTimeout(timer);
}

/** Starts a program of ours or of a package on this Node; it goes when this process goes. */
export function startNode(
  life: Lifecycle,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; stdio?: StdioOptions } = {},
): Child {
  const child = spawn(process.execPath, ["--import", exitWithParent, ...args], {
    cwd: root,
    env: parentPidFor(options.env ?? process.env),
    stdio: options.stdio ?? "inherit",
  });
  const exit = once(child, "exit").then(([code, signal]): Exit => ({ code, signal }));
  let running = true;
  void exit.then(() => {
    running = false;
  });
  life.onStop(() => (running ? stop(child, exit) : undefined));
  return { process: child, exit };
}

/** Runs such a program to its end. @returns its exit code; 1 when a signal ended it. */
export async function runNode(
  life: Lifecycle,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; stdio?: StdioOptions } = {},
): Promise<number> {
  const { code } = await startNode(life, args, {
    stdio: ["ignore", "inherit", "inherit"],
    ...options,
  }).exit;
  if (life.isEnding) throw new LaunchError("Stopped.");
  return code ?? 1;
}
