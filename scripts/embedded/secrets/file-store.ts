import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { diskFull, isNoSpace } from "../disk";
import type { OnStep } from "../steps";
import { StoredSecret } from "./secret";

/**
 * One JSON file per secret. A save is durable before it returns: a temporary file is synced and
 * renamed over the old one, so that a crash leaves either the old or the new secret.
 */
export class SecretFiles {
  readonly #folder: string;
  readonly #secrets: Map<string, StoredSecret>;
  readonly #onStep: OnStep;

  private constructor(folder: string, secrets: Map<string, StoredSecret>, onStep: OnStep) {
    this.#folder = folder;
    this.#secrets = secrets;
    this.#onStep = onStep;
  }

  /** Reads every secret of a folder; rejects with a sentence for the user if a file is invalid. */
  static async open(folder: string, onStep: OnStep): Promise<SecretFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const secrets = new Map<string, StoredSecret>();
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      // A save that wasn't finished, and therefore never acknowledged.
      if (name.endsWith(".tmp")) await rm(file);
      if (!name.endsWith(".json")) continue;
      const secret = await readSecret(folder, file);
      secrets.set(secret.name, secret);
    }
    return new SecretFiles(folder, secrets, onStep);
  }

  /** All secrets by creation time, except those whose recovery window has ended. */
  all(): StoredSecret[] {
    const now = Date.now();
    return [...this.#secrets.values()]
      .filter(({ purged_at }) => purged_at === undefined || purged_at > now)
      .sort((a, b) => a.created_at - b.created_at);
  }

  /** The stored object itself; modify only a copy. */
  find(name: string): StoredSecret | undefined {
    return this.all().find((secret) => secret.name === name);
  }

  /** Throws DiskFullException if the disk is full; the secret is then unchanged. */
  async save(secret: StoredSecret): Promise<void> {
    const file = this.#file(secret.name);
    const temporary = `${file}.tmp`;
    try {
      await this.#write(temporary, JSON.stringify(secret));
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw isNoSpace(error) ? diskFull(this.#folder) : error;
    }
    this.#secrets.set(secret.name, secret);
    await this.#onStep("secret renamed");
    await syncFolder(this.#folder);
    await this.#onStep("secret saved");
  }

  async #write(file: string, text: string): Promise<void> {
    const handle = await open(file, "w", 0o600);
    try {
      await handle.writeFile(text);
      await this.#onStep("secret written");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.#onStep("secret synced");
  }

  async remove(name: string): Promise<void> {
    await rm(this.#file(name), { force: true });
    await syncFolder(this.#folder);
    this.#secrets.delete(name);
  }

  // Hashed, because a name may have 512 characters and contain slashes.
  #file(name: string): string {
    return path.join(this.#folder, `${createHash("sha256").update(name).digest("hex")}.json`);
  }
}

async function readSecret(folder: string, file: string): Promise<StoredSecret> {
  try {
    return StoredSecret.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new Error(
      `The data folder ${folder} cannot be read (${path.basename(file)} is not a secret): restore that file from a copy, or delete it to lose this secret.`,
      { cause: error },
    );
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
