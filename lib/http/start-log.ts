import "server-only";
import { env, otherEnvironments } from "@/lib/env";
import { log } from "@/lib/log";
import { nodeWarning } from "@/lib/node-support";
import { version } from "@/lib/release";

/**
 * Logs the release and the Node version, a warning if that version lacks security fixes, and a
 * warning for each table or secret of another environment.
 */
export function logStart(node = process.versions.node, now = new Date()): void {
  log("info", "Started", { version, node });
  const warning = nodeWarning(node, now);
  if (warning) log("warn", "Unsupported Node", { node, ...warning });
  const own = env().ENV_NAME;
  for (const other of otherEnvironments(env())) {
    log("warn", "A variable names another environment than ENV_NAME", { ...other, env_name: own });
  }
}
