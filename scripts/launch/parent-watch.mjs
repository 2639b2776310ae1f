/** Milliseconds between two looks at the parent. */
const interval = 250;
const variable = "SWITCHBOARD_PARENT_PID";

/** For the environment of a child that watches its parent: closes the gap before its first look. */
export function parentPidFor(environment) {
  return { ...environment, [variable]: String(process.pid) };
}

/**
 * Calls back once when the parent process is gone, however it died: even after SIGKILL the
 * orphan is given another parent, which shows in `process.ppid`.
 */
export function watchParent(onGone) {
  const parent = Number(process.env[variable] || process.ppid);
  // Only for this process: its children have it as their parent.
  delete process.env[variable];
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, interval);
  timer.unref();
}
