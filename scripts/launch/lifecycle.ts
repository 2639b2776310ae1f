import { LaunchError } from "./launch-error";
import { watchParent } from "./parent-watch.mjs";

/** The process exits after this time even if something doesn't stop. */
const stopTimeoutMs = 4_500;

/** How long a start waits for a lock or port that a previous start, killed just before, still holds. */
export const predecessorTimeoutMs = 3_000;

/** The processes and servers that a launcher has started. Stops all of them once, in reverse order. */
export class Lifecycle {
  #stops: (() => unknown)[] = [];
  #isEnding = false;

  /** @param codeWhenStopped the exit code after a signal or the parent's exit */
  constructor(codeWhenStopped: number) {
    const stop = () => void this.end(codeWhenStopped);
    process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
    watchParent(stop);
    const onError = (error: unknown) => void this.fail(error);
    process.on("uncaughtException", onError).on("unhandledRejection", onError);
    // The terminal or pipe may close first.
    process.stdout.on("error", () => {});
    process.stderr.on("error", () => {});
  }

  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Registers a stop function. @throws LaunchError if the launcher is already stopping */
  onStop(stop: () => unknown): void {
    if (!this.#isEnding) {
      this.#stops.push(stop);
      return;
    }
    void Promise.resolve(stop()).catch(() => {});
    throw new LaunchError("Stopped while starting.");
  }

  /** Stops everything and exits. Later calls have no effect. */
  async end(code: number): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    setTimeout(() => process.exit(code), stopTimeoutMs);
    for (const stop of this.#stops.reverse()) {
      await Promise.resolve(stop()).catch((error: unknown) => {
        console.error("Something did not stop cleanly:", error);
      });
    }
    process.exit(code);
  }

  /** Prints the error, then stops everything with exit code 1. */
  async fail(error: unknown): Promise<void> {
    if (this.#isEnding) return;
    console.error(error instanceof LaunchError ? error.message : error);
    await this.end(1);
  }
}

type LaunchOptions = {
  /** Stopping the console is success (0, the default); stopping a test run isn't. */
  codeWhenStopped?: number;
};

/** Runs a launcher; prints the message of a LaunchError and exits with code 1. */
export async function launch(
  main: (life: Lifecycle) => Promise<void>,
  { codeWhenStopped = 0 }: LaunchOptions = {},
): Promise<void> {
  const life = new Lifecycle(codeWhenStopped);
  try {
    await main(life);
  } catch (error) {
    await life.fail(error);
  }
}
