import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { AppMode } from "./app-environment";
import { nextBin, standaloneServer } from "./build";
import { type Child, type Exit, startNode } from "./child";
import { LaunchError } from "./launch-error";
import type { Lifecycle } from "./lifecycle";

const host = "127.0.0.1";

/** Long enough for the first page of `next dev`. */
const startTimeoutMs = 90_000;

type AppOptions = { port: number; mode: AppMode; variables: NodeJS.ProcessEnv };

const describeExit = ({ code, signal }: Exit) => (signal ? `signal ${signal}` : `code ${code}`);

/** Buffers the app's output until `open`, then forwards it; this hides Next's banner. */
function bufferOutput(stream: Readable | null, out: NodeJS.WriteStream) {
  const buffered: Buffer[] = [];
  let isOpen = false;
  stream?.on("data", (chunk: Buffer) => {
    if (isOpen) out.write(chunk);
    else buffered.push(chunk);
  });
  return {
    open: () => {
      isOpen = true;
    },
    show: () => out.write(Buffer.concat(buffered)),
  };
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(startTimeoutMs),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** @throws LaunchError if the app exits or doesn't answer in time. */
async function waitUntilHealthy(port: number, child: Child): Promise<void> {
  let ended: Exit | undefined;
  void child.exit.then((exit) => {
    ended = exit;
  });
  const deadline = Date.now() + startTimeoutMs;
  while (!(await isHealthy(`http://${host}:${port}/api/health`))) {
    if (ended) {
      throw new LaunchError(
        `The app ended while starting (${describeExit(ended)}); its output is above.`,
      );
    }
    if (Date.now() > deadline) {
      throw new LaunchError("The app does not answer /api/health; its output is above.");
    }
    await delay(40);
  }
}

async function stopOnExit(life: Lifecycle, child: Child): Promise<void> {
  const exit = await child.exit;
  // Ctrl-C may stop the app first; that's expected.
  await delay(300);
  await life.fail(
    new LaunchError(
      `The app ended unexpectedly (${describeExit(exit)}); everything else was stopped. Start it again.`,
    ),
  );
}

/** Production uses the container image's server, which reads its address from variables. */
function startServer(life: Lifecycle, { mode, port, variables }: AppOptions): Child {
  const env = { ...variables, PORT: String(port), HOSTNAME: host };
  const args =
    mode === "production"
      ? [standaloneServer]
      : [nextBin, "dev", "--port", String(port), "--hostname", host];
  return startNode(life, args, { env, stdio: ["ignore", "pipe", "pipe"] });
}

/**
 * Starts the app on loopback and waits until it answers.
 * @throws LaunchError if it doesn't, after printing its output
 */
export async function startApp(life: Lifecycle, options: AppOptions): Promise<void> {
  const child = startServer(life, options);
  const output = bufferOutput(child.process.stdout, process.stdout);
  const errors = bufferOutput(child.process.stderr, process.stderr);
  if (options.mode === "development") errors.open();
  try {
    await waitUntilHealthy(options.port, child);
  } catch (error) {
    if (!life.isEnding) {
      output.show();
      errors.show();
    }
    throw error;
  }
  output.open();
  errors.open();
  void stopOnExit(life, child);
}
