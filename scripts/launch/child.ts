import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { LaunchError } from "./launch-error";
import type { Lifecycle } from "./lifecycle";
import { parentPidFor } from "./parent-watch.mjs";
import { root } from "./root";

const exitWithParent = new URL("exit-with-parent.mjs", import.meta.url).href;

/** The time from SIGTERM to SIGKILL, in milliseconds. */
const stopTimeoutMs = 1_500;

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export type Child = { process: ChildProcess; exit: Promise<Exit> };

async function stop(child: ChildProcess, exit: Promise<Exit>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await exit;
  clearTimeout(timer);
}

type NodeOptions = {
  env?: NodeJS.ProcessEnv;
  stdio?: StdioOptions;
  /** The path of another Node. */
  node?: string;
};

/** Starts a script on this Node. It ends when this process ends. */
export function startNode(life: Lifecycle, args: string[], options: NodeOptions = {}): Child {
  const child = spawn(options.node ?? process.execPath, ["--import", exitWithParent, ...args], {
    cwd: root,
    env: parentPidFor(options.env ?? process.env),
    stdio: options.stdio ?? "inherit",
  });
  const exit = once(child, "exit").then(([code, signal]): Exit => ({ code, signal }));
  let isRunning = true;
  void exit.then(() => {
    isRunning = false;
  });
  life.onStop(() => (isRunning ? stop(child, exit) : undefined));
  return { process: child, exit };
}

/** Runs a script to its end. @returns its exit code, or 1 if a signal ended it */
export async function runNode(
  life: Lifecycle,
  args: string[],
  options: NodeOptions = {},
): Promise<number> {
  const { code } = await startNode(life, args, {
    stdio: ["ignore", "inherit", "inherit"],
    ...options,
  }).exit;
  if (life.isEnding) throw new LaunchError("Stopped.");
  return code ?? 1;
}
