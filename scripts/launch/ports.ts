import { connect, createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { LaunchError } from "./launch-error";
import { patienceWithPredecessor } from "./lifecycle";

export type PortSetting = { variable: string; port: number };

const hosts = ["127.0.0.1", "::1"];

function answers(host: string, port: number): Promise<boolean> {
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

/** The code with which listening fails, or null; the port is given back at once. */
function listenFailure(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

/** Both loopback addresses count: the browser tries `localhost` on either. */
async function portProblem(port: number): Promise<"in use" | "not permitted" | null> {
  for (const host of hosts) {
    if (await answers(host, port)) return "in use";
    const failure = await listenFailure(host, port);
    if (failure === "EADDRINUSE") return "in use";
    if (failure === "EACCES") return "not permitted";
  }
  return null;
}

/** A start that was just killed lets go of its ports within a second. */
async function lastingProblem(port: number): Promise<"in use" | "not permitted" | null> {
  const deadline = Date.now() + patienceWithPredecessor;
  for (;;) {
    const problem = await portProblem(port);
    if (problem !== "in use" || Date.now() > deadline) return problem;
    await delay(100);
  }
}

/** @throws LaunchError that names the port and the variable to set. */
export async function requireFreePorts(settings: PortSetting[]): Promise<void> {
  const seen = new Map<number, string>();
  for (const { variable, port } of settings) {
    if (port === 0) continue;
    const other = seen.get(port);
    if (other)
      throw new LaunchError(`${other} and ${variable} are both ${port}; change one of them.`);
    seen.set(port, variable);
    const problem = await lastingProblem(port);
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

/** A port that nobody uses at this moment. */
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
