import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { log } from "@/lib/log";

/** How a program ends that a SIGTERM has ended. */
const endedBySigterm = 143;

/**
 * After SIGTERM Next takes no new connection and waits for the answers under way, without a limit
 * and also for connections that are only kept alive. This adds both: a connection goes with its
 * last answer, and after `patience` milliseconds the process ends whatever is still running.
 */
export function limitShutdown(patience: number): void {
  let isStopping = false;
  process.once("SIGTERM", () => {
    isStopping = true;
    log("info", "Stopping when the answers under way have ended", { patience_ms: patience });
    setTimeout(() => {
      log("error", "Stopped with answers under way", { patience_ms: patience });
      process.exit(endedBySigterm);
    }, patience).unref();
  });
  subscribe("http.server.response.finish", (message) => {
    if (!isStopping) return;
    // Node documents the server as part of this channel's messages.
    const { server } = message as { server: Server };
    // The connection counts as busy until this event is over.
    setImmediate(() => server.closeIdleConnections());
  });
}
