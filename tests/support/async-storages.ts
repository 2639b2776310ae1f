import { AsyncLocalStorage } from "node:async_hooks";

type Storage = AsyncLocalStorage<unknown>;

/** Storages that our modules have used, shared by all files of the worker. */
const inUse = Symbol.for("switchboard.async-storages");
const worker = globalThis as { [inUse]?: Set<Storage> };

/**
 * Tracks the storages of our modules. Up to Node 22 every promise visits each storage that was
 * ever used, so the storages of replaced modules make a worker slower and slower.
 */
function trackStorages(): Set<Storage> {
  const storages = new Set<Storage>();
  const seen = new WeakSet<Storage>();
  const { run } = AsyncLocalStorage.prototype;
  AsyncLocalStorage.prototype.run = function (...args: Parameters<typeof run>) {
    if (!seen.has(this)) {
      seen.add(this);
      const [, , caller = ""] = new Error().stack?.split("\n") ?? [];
      if (!/node_modules|node:/.test(caller)) storages.add(this);
    }
    return run.apply(this, args);
  };
  return storages;
}

/** Disables the storages of our modules. Call it only while nothing runs in one of them. */
export function disableStorages(): void {
  worker[inUse] ??= trackStorages();
  for (const storage of worker[inUse]) storage.disable();
}
