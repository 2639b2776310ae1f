const intervalMs = 250;
const variable = "SWITCHBOARD_PARENT_PID";

/** Lets a child that calls `watchParent` detect a parent that died before the first check. */
export function parentPidFor(environment) {
  return { ...environment, [variable]: String(process.pid) };
}

/**
 * Calls `onGone` once the parent has died, even by SIGKILL: the orphan gets another parent, so
 * `process.ppid` changes.
 */
export function watchParent(onGone) {
  const parent = Number(process.env[variable] || process.ppid);
  // Must not be inherited by this process's own children, which have another parent.
  delete process.env[variable];
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  timer.unref();
}
