import { diskFull, hasRoom, isNoSpace } from "../disk";
import { Mutex } from "../mutex";

type Level = { open(): Promise<void>; close(): Promise<void> };

/** Bytes for LevelDB's next table file and the compaction that follows it. */
const defaultReservedBytes = 32 * 1024 * 1024;
/**
 * Opening writes the log into a table file. Without this many bytes the store couldn't be opened,
 * even for reads.
 */
const reopeningBytes = 16 * 1024 * 1024;

/**
 * Refuses writes while the disk is full. After a write that failed, LevelDB would append to a log
 * with half a record in it, and the next start would drop what follows, so it is reopened first.
 */
export class WriteGuard {
  readonly #db: Level;
  readonly #folder: string;
  readonly #reservedBytes: number;
  readonly #writers = new Mutex();
  readonly #reads = new Set<Promise<unknown>>();
  #reopened: Promise<void> | undefined;
  #hasFailed = false;

  constructor(db: Level, folder: string, reservedBytes = defaultReservedBytes) {
    this.#db = db;
    this.#folder = folder;
    this.#reservedBytes = reservedBytes;
  }

  /** Runs one write. Throws DiskFullException if there is no room, now or during the write. */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.#writers.run(async () => {
      const bytes = this.#hasFailed
        ? Math.max(this.#reservedBytes, reopeningBytes)
        : this.#reservedBytes;
      if (!(await hasRoom(this.#folder, bytes))) throw diskFull(this.#folder);
      if (this.#hasFailed) await this.#reopen();
      try {
        return await work();
      } catch (error) {
        if (!isStorageFailure(error)) throw error;
        this.#hasFailed = true;
        // The log may still contain the complete record, which is replayed at the next opening.
        throw isNoSpace(error) ? diskFull(this.#folder, "unknown") : error;
      }
    });
  }

  /** Runs a read while the store isn't being reopened. */
  async read<T>(work: () => Promise<T>): Promise<T> {
    await this.#reopened;
    const reading = work();
    this.#reads.add(reading);
    return reading.finally(() => this.#reads.delete(reading));
  }

  async #reopen(): Promise<void> {
    this.#reopened = this.#closeAndOpen().catch((error: unknown) => {
      throw isNoSpace(error) ? diskFull(this.#folder) : error;
    });
    await this.#reopened.finally(() => {
      this.#reopened = undefined;
    });
    this.#hasFailed = false;
  }

  async #closeAndOpen(): Promise<void> {
    await Promise.allSettled(this.#reads);
    // dynalite overrides close() on the instance, and then treats the store as permanently closed.
    const level = Object.getPrototypeOf(this.#db) as Level;
    await level.close.call(this.#db);
    await level.open.call(this.#db);
  }
}

/** Errors of LevelDB itself, not of a request. */
function isStorageFailure(error: unknown): boolean {
  if (isNoSpace(error)) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("LEVEL_");
}
