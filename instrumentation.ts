/** A server with an incomplete configuration does not start; one message lists what is wrong. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { envOrExit } = await import("@/lib/env");
  const { enforceShutdownTimeout } = await import("@/lib/http/shutdown");
  const { guardFrontDoor } = await import("@/lib/http/front-door");
  const { reportProcessMetrics } = await import("@/lib/http/process-metrics");
  const { logStart } = await import("@/lib/http/start-log");
  guardFrontDoor();
  enforceShutdownTimeout(envOrExit().SHUTDOWN_TIMEOUT_MS);
  const { recoverKeys } = await import("@/lib/keys/recovery-service");
  const { log } = await import("@/lib/log");
  const { followRemoteCatalog } = await import("@/lib/prices/remote-catalog-service");
  const { resumeTrials } = await import("@/lib/trials/runner-service");
  logStart();
  reportProcessMetrics();
  // Without AWS there is nothing to recover yet; the next change of a key does the same.
  recoverKeys().catch((error: Error) => log("error", "Key recovery failed", { name: error.name }));
  resumeTrials();
  followRemoteCatalog();
}
