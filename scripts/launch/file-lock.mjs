import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The content of a file, or null if it doesn't exist. */
function readIfExists(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null;
    throw error;
  }
}

/** The fallback without /proc and ps, which can't detect a reused ID. */
function stateFromSignal(pid) {
  try {
    process.kill(pid, 0);
    return "running";
  } catch (error) {
    return error.code === "EPERM" ? "running" : null;
  }
}

/** Identifies a process even if its ID is reused; null if it isn't running. */
function startTimeOf(pid) {
  const stat = readIfExists(`/proc/${pid}/stat`);
  if (stat !== null) {
    // proc(5): the state follows the name in parentheses; the start time is 19 fields later.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
  }
  if (readIfExists("/proc/self/stat") !== null) return null;
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)]);
  return status === null ? stateFromSignal(pid) : stdout.toString().trim() || null;
}

/** The owner of a lock, `{ pid }`, if that process still runs; else null. */
function liveOwner(text) {
  try {
    const { pid, started } = JSON.parse(text);
    return started !== null && started === startTimeOf(pid) ? { pid } : null;
  } catch {
    return null;
  }
}

/** Removes a stale lock. If another process replaced the lock first, restores that one. */
function removeStale(path, staleText, backupPath) {
  try {
    renameSync(path, backupPath);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  try {
    if (readFileSync(backupPath, "utf8") !== staleText) linkSync(backupPath, path);
  } finally {
    rmSync(backupPath, { force: true });
  }
}

function acquired(path, ownText) {
  const release = () => {
    process.removeListener("exit", release);
    if (readIfExists(path) === ownText) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return { release };
}

/**
 * Takes the lock, or returns the process that has it. Takes over the lock of a dead process.
 * `release()` or the exit of this process releases it.
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const ownText = JSON.stringify({ pid: process.pid, started: startTimeOf(process.pid) });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, ownText);
  try {
    for (;;) {
      try {
        linkSync(draft, path);
        return acquired(path, ownText);
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const text = readIfExists(path);
      const owner = text === null ? null : liveOwner(text);
      if (owner) return { pid: owner.pid };
      if (text !== null) removeStale(path, text, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Waits for the lock; calls `onWait` once, with the process that has it. */
export async function waitForLock(path, onWait) {
  let isReported = false;
  for (;;) {
    const lock = tryLock(path);
    if ("release" in lock) return lock;
    if (!isReported) onWait(lock.pid);
    isReported = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
