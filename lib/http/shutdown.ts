import "server-only";
import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { log } from "@/lib/log";

const sigtermExitCode = 143;

/**
 * After SIGTERM, Next waits indefinitely for responses in progress and for idle connections. This
 * closes each connection after its last response, and ends the process after the timeout.
 */
export function enforceShutdownTimeout(timeoutMs: number): void {
  let isStopping = false;
  process.once("SIGTERM", () => {
    isStopping = true;
    log("info", "Stopping once responses in progress have ended", { patience_ms: timeoutMs });
    setTimeout(() => {
      log("error", "Stopped with answers under way", { patience_ms: timeoutMs });
      process.exit(sigtermExitCode);
    }, timeoutMs).unref();
  });
  subscribe("http.server.response.finish", (message) => {
    if (!isStopping) return;
    // Node documents the server as part of this channel's messages.
    const { server } = message as { server: Server };
    // The connection counts as busy until this event has been handled.
    setImmediate(() => server.closeIdleConnections());
  });
}
