import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Text of a file, or null where there is none. */
function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null;
    throw error;
  }
}

/** The best that can be known without /proc and without ps. */
function answersSignals(pid) {
  try {
    process.kill(pid, 0);
    return "running";
  } catch (error) {
    return error.code === "EPERM" ? "running" : null;
  }
}

/** What tells this process from a later one with the same id; null when it is not running. */
function startOf(pid) {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat !== null) {
    // proc(5): after the name in brackets come the state and, 19 fields on, the start time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return null;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
  }
  if (readIfThere("/proc/self/stat") !== null) return null;
  const { status, stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)]);
  return status === null ? answersSignals(pid) : stdout.toString().trim() || null;
}

/** Whose lock this text is: `{ pid }` while that process runs, else null. */
function liveHolder(text) {
  try {
    const { pid, started } = JSON.parse(text);
    return started !== null && started === startOf(pid) ? { pid } : null;
  } catch {
    return null;
  }
}

/** Moves a dead lock away. If another process was faster, it is its lock that we hold: put back. */
function setAside(path, dead, aside) {
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  try {
    if (readFileSync(aside, "utf8") !== dead) linkSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

function held(path, mine) {
  const release = () => {
    process.removeListener("exit", release);
    if (readIfThere(path) === mine) rmSync(path, { force: true });
  };
  process.on("exit", release);
  return { release };
}

/**
 * Takes the lock file, or says who has it. A lock whose process is gone is taken over.
 * It is given up by `release()` or when this process exits.
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, mine);
  try {
    for (;;) {
      try {
        linkSync(draft, path);
        return held(path, mine);
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const there = readIfThere(path);
      const holder = there === null ? null : liveHolder(there);
      if (holder) return { pid: holder.pid };
      if (there !== null) setAside(path, there, `${draft}.stale`);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Waits for the lock; `onWait` is called once, with the process that has it. */
export async function waitForLock(path, onWait) {
  let told = false;
  for (;;) {
    const lock = tryLock(path);
    if ("release" in lock) return lock;
    if (!told) onWait(lock.pid);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
