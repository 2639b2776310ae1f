import { LaunchError } from "./launch-error";
import { watchParent } from "./parent-watch.mjs";

/** Milliseconds after which the process ends even if something does not stop. */
const patience = 4_500;

/** Milliseconds to wait for what a start that was killed a moment ago still holds. */
export const patienceWithPredecessor = 3_000;

/** What a launcher has started, and how all of it ends: once, and in reverse order. */
export class Lifecycle {
  #stops: (() => unknown)[] = [];
  #ending = false;

  /** @param codeWhenStopped the exit code after SIGINT or SIGTERM, or when the parent is gone. */
  constructor(codeWhenStopped: number) {
    const stop = () => void this.end(codeWhenStopped);
    process.on("SIGINT", stop).on("SIGTERM", stop).on("SIGHUP", stop);
    watchParent(stop);
    const broken = (error: unknown) => void this.fail(error);
    process.on("uncaughtException", broken).on("unhandledRejection", broken);
    // The terminal or the pipe may be gone before us.
    process.stdout.on("error", () => {});
    process.stderr.on("error", () => {});
  }

  get isEnding(): boolean {
    return this.#ending;
  }

  /** Registers how to stop what was just started. @throws LaunchError when everything is ending. */
  onStop(stop: () => unknown): void {
    if (!this.#ending) {
      this.#stops.push(stop);
      return;
    }
    void Promise.resolve(stop()).catch(() => {});
    throw new LaunchError("Stopped while starting.");
  }

  /** Stops everything and ends the process. Later calls change nothing. */
  async end(code: number): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    setTimeout(() => process.exit(code), patience);
    for (const stop of this.#stops.reverse()) {
      await Promise.resolve(stop()).catch((error: unknown) => {
        console.error("Something did not stop cleanly:", error);
      });
    }
    process.exit(code);
  }

  /** Says why, then stops everything with exit code 1. */
  async fail(error: unknown): Promise<void> {
    if (this.#ending) return;
    console.error(error instanceof LaunchError ? error.message : error);
    await this.end(1);
  }
}

type LaunchOptions = {
  /** A console that is stopped has done its work; a test run that is stopped has not. */
  codeWhenStopped?: number;
};

/** Runs a launcher: a LaunchError becomes its sentence and exit code 1. */
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
