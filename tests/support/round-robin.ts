import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { selfSigned } from "./self-signed";

/** An Application Load Balancer keeps idle connections for a minute. */
const keepAliveMs = 65_000;

/**
 * A load balancer without memory: each request goes to the next of the ports, with the headers that
 * an Application Load Balancer adds. With `https` it ends TLS, and speaks http to the ports.
 */
export async function startRoundRobin(
  portsOf: () => number[],
  protocol: "http" | "https" = "http",
) {
  const answeredBy = new Map<number, number>();
  let turn = 0;

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const ports = portsOf();
    const port = ports[turn++ % ports.length] ?? 0;
    answeredBy.set(port, (answeredBy.get(port) ?? 0) + 1);
    const { url: path, method } = incoming;
    const headers = { ...incoming.headers, ...forwarded(incoming, protocol) };
    const outgoing = request({ host: "127.0.0.1", port, path, method, headers });
    outgoing.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  const server = protocol === "https" ? createTlsServer(selfSigned, pass) : createServer(pass);
  server.keepAliveTimeout = keepAliveMs;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `${protocol}://localhost:${port}`,
    /** Requests passed on, by port. */
    answeredBy,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The client's address goes behind those that are there; the rest is said anew. */
function forwarded({ headers, socket }: IncomingMessage, protocol: string) {
  const before = headers["x-forwarded-for"];
  return {
    "x-forwarded-for": [before ?? [], socket.remoteAddress ?? []].flat().join(", "),
    "x-forwarded-proto": protocol,
    "x-forwarded-port": `${socket.localPort}`,
  };
}
