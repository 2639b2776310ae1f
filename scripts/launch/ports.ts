import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { LaunchError } from "./launch-error";
import { predecessorTimeoutMs } from "./lifecycle";

export type PortSetting = { variable: string; port: number };

const hosts = ["127.0.0.1", "::1"];

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 });
    const done = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.on("connect", () => done(true));
    socket.on("error", () => done(false));
    socket.on("timeout", () => done(false));
  });
}

/** The error code of an attempt to listen, or null. */
function listenError(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Checks both loopback addresses, because browsers resolve `localhost` to either. */
async function portProblem(port: number): Promise<"in use" | "not permitted" | null> {
  for (const host of hosts) {
    if (await isListening(host, port)) return "in use";
    const code = await listenError(host, port);
    if (code === "EADDRINUSE") return "in use";
    if (code === "EACCES") return "not permitted";
  }
  return null;
}

/** Waits for the ports of a previous start that was killed just before. */
async function persistentProblem(
  port: number,
  timeoutMs: number,
): Promise<"in use" | "not permitted" | null> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const problem = await portProblem(port);
    if (problem !== "in use" || Date.now() > deadline) return problem;
    await delay(100);
  }
}

/**
 * @param timeoutMs how long to wait for another process to release a port
 * @throws LaunchError that names the port and the variable to set
 */
export async function assertPortsFree(
  settings: PortSetting[],
  timeoutMs = predecessorTimeoutMs,
): Promise<void> {
  const seen = new Map<number, string>();
  for (const { variable, port } of settings) {
    if (port === 0) continue;
    const other = seen.get(port);
    if (other)
      throw new LaunchError(`${other} and ${variable} are both ${port}; change one of them.`);
    seen.set(port, variable);
    const problem = await persistentProblem(port, timeoutMs);
    if (problem === "in use") {
      throw new LaunchError(
        `Port ${port} is in use by another program; stop that program or set ${variable} to another port.`,
      );
    }
    if (problem === "not permitted") {
      throw new LaunchError(
        `Port ${port} may not be used by this user; set ${variable} to a port above 1023.`,
      );
    }
  }
}

/** A port that is currently unused. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Error("The system named no port"));
      });
    });
  });
}
