import "server-only";
import { log } from "@/lib/log";
import { nodeWarning } from "@/lib/node-support";
import { version } from "@/lib/release";

/** Logs which release runs on which Node, and a warning if that Node lacks security fixes. */
export function logStart(node = process.versions.node, now = new Date()): void {
  log("info", "Started", { version, node });
  const warning = nodeWarning(node, now);
  if (warning) log("warn", "Unsupported Node", { node, ...warning });
}
