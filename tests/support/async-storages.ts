import { AsyncLocalStorage } from "node:async_hooks";

type Storage = AsyncLocalStorage<unknown>;

/** Storages of our modules that were used and not put away; the worker's, not the file's. */
const inUse = Symbol.for("switchboard.async-storages");
const worker = globalThis as { [inUse]?: Set<Storage> };

/**
 * Notes the storages of our modules. Up to Node 22 every promise visits each storage that was ever
 * used, so those of modules that nobody uses any more make a worker slower and slower.
 */
function note(): Set<Storage> {
  const noted = new Set<Storage>();
  const seen = new WeakSet<Storage>();
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (...args: Parameters<typeof run>) {
    if (!seen.has(this)) {
      seen.add(this);
      const [, , caller = ""] = new Error().stack?.split("\n") ?? [];
      if (!/node_modules|node:/.test(caller)) noted.add(this);
    }
    return run.apply(this, args);
  };
  return noted;
}

/** Puts away the storages of modules that were replaced; only while nothing runs in one of them. */
export function putStoragesAway(): void {
  worker[inUse] ??= note();
  for (const storage of worker[inUse]) storage.disable();
}
