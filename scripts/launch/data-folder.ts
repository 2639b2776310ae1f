import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { type Lock, tryLock } from "./file-lock.mjs";
import { LaunchError, reasonOf } from "./launch-error";
import { predecessorTimeoutMs } from "./lifecycle";

const markerName = "switchboard.json";
const lockName = "lock";

const Marker = z.object({
  format: z.literal(1),
  /** The value of SEED when the population started. */
  seed: z.string(),
  /** ISO 8601; null until all sample rows are written. */
  populated_at: z.string().nullable(),
});
type Marker = z.infer<typeof Marker>;

/** The error for a folder with unusable content. */
export function damagedFolder(path: string, reason: string): LaunchError {
  return new LaunchError(
    `The data folder ${path} is damaged (${reason}); move it away or delete it, or set DATA_DIR to another folder: an empty one is filled with sample data.`,
  );
}

function entriesOf(path: string): string[] {
  try {
    mkdirSync(path, { recursive: true });
    return readdirSync(path);
  } catch (error) {
    throw new LaunchError(
      `The data folder ${path} cannot be used (${reasonOf(error)}); set DATA_DIR to a folder that can be written.`,
    );
  }
}

function tryFolderLock(path: string): ReturnType<typeof tryLock> {
  try {
    return tryLock(join(path, lockName));
  } catch (error) {
    throw new LaunchError(
      `The data folder ${path} cannot be written (${reasonOf(error)}); set DATA_DIR to a folder that can be.`,
    );
  }
}

async function takeLock(path: string, timeoutMs: number): Promise<Lock> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lock = tryFolderLock(path);
    if ("release" in lock) return lock;
    if (Date.now() > deadline) {
      throw new LaunchError(
        `The data folder ${path} is in use by another npm start (process ${lock.pid}); stop that one or set DATA_DIR to another folder.`,
      );
    }
    await delay(100);
  }
}

function readMarker(path: string): Marker | null {
  let text: string;
  try {
    text = readFileSync(join(path, markerName), "utf8");
  } catch {
    return null;
  }
  try {
    return Marker.parse(JSON.parse(text));
  } catch {
    throw damagedFolder(path, `${markerName} does not parse`);
  }
}

/** The stand-ins' data folder; this process holds its lock until `release`. */
export class DataFolder {
  readonly path: string;
  #lock: Lock;
  #marker: Marker | null;

  private constructor(path: string, lock: Lock, marker: Marker | null) {
    this.path = path;
    this.#lock = lock;
    this.#marker = marker;
  }

  /**
   * @param timeoutMs how long to wait for another process to release the folder
   * @throws LaunchError if the folder is unusable, in use, damaged, or has other content
   */
  static async open(folder: string, timeoutMs = predecessorTimeoutMs): Promise<DataFolder> {
    const path = resolve(folder);
    const entries = entriesOf(path).filter((name) => !name.startsWith(lockName));
    if (entries.length > 0 && !entries.includes(markerName)) {
      throw new LaunchError(
        `The folder ${path} holds files that are not Switchboard's (${entries[0]}); set DATA_DIR to an empty folder.`,
      );
    }
    const lock = await takeLock(path, timeoutMs);
    return new DataFolder(path, lock, readMarker(path));
  }

  /** The folder of the AWS stand-in. */
  get awsDir(): string {
    return join(this.path, "aws");
  }

  /** The value of SEED when the folder was populated; null before that. */
  get seed(): string | null {
    return this.#marker?.seed ?? null;
  }

  get isPopulated(): boolean {
    return this.#marker?.populated_at != null;
  }

  /**
   * Prepares the folder for this SEED. An interrupted population can continue with the same SEED;
   * with another one its rows are deleted, because no app has used them yet.
   */
  startPopulation(seed: string): void {
    if (this.#marker && this.#marker.seed !== seed)
      rmSync(this.awsDir, { recursive: true, force: true });
    this.#write({ format: 1, seed, populated_at: null });
  }

  finishPopulation(seed: string): void {
    this.#write({ format: 1, seed, populated_at: new Date().toISOString() });
  }

  release(): void {
    this.#lock.release();
  }

  /** Writes and renames, so that a crash leaves the old or the new marker. */
  #write(marker: Marker): void {
    const draft = join(this.path, `${lockName}.${markerName}`);
    writeFileSync(draft, `${JSON.stringify(marker)}\n`);
    renameSync(draft, join(this.path, markerName));
    this.#marker = marker;
  }
}
