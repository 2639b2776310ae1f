import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { listen } from "./listen";
import { selfSigned } from "./self-signed";

/**
 * A load balancer without sticky sessions: each request goes to the next port, with the headers of an
 * Application Load Balancer. With `https` it terminates TLS.
 */
export async function startRoundRobin(
  portsOf: () => number[],
  protocol: "http" | "https" = "http",
) {
  const requestsByPort = new Map<number, number>();
  let turn = 0;

  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    const ports = portsOf();
    const port = ports[turn++ % ports.length] ?? 0;
    requestsByPort.set(port, (requestsByPort.get(port) ?? 0) + 1);
    const { url: path, method } = incoming;
    const headers = {
      ...withoutConnection(incoming.headers),
      ...forwardedHeaders(incoming, protocol),
    };
    const outgoing = request({ host: "127.0.0.1", port, path, method, headers });
    outgoing.on("response", (reply) => {
      response.writeHead(reply.statusCode ?? 502, withoutConnection(reply.headers));
      reply.pipe(response);
    });
    // A refusal may come before the body has been sent, which then fails.
    outgoing.on("error", () => response.headersSent || response.destroy());
    response.on("close", () => {
      // Unread, the rest of a refused body blocks the client's next request. A pipe that ends pauses it.
      incoming.unpipe(outgoing);
      outgoing.destroy();
      incoming.resume();
    });
    incoming.pipe(outgoing);
  }

  const server =
    protocol === "https" ? createTlsServer(selfSigned, forward) : createServer(forward);
  // Only the client closes idle connections, so that no request arrives on one just closed here.
  server.keepAliveTimeout = 0;
  const port = await listen(server);
  return {
    url: `${protocol}://localhost:${port}`,
    /** Forwarded requests by port. */
    requestsByPort,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * A copy's connection headers say nothing about the client's connection (RFC 9110 §7.6.1): a
 * client that used them could send a request into a closing connection.
 */
function withoutConnection({
  connection: _connection,
  "keep-alive": _keepAlive,
  ...headers
}: IncomingHttpHeaders) {
  return headers;
}

/** Appends the client's address and replaces the other headers. */
function forwardedHeaders({ headers, socket }: IncomingMessage, protocol: string) {
  const before = headers["x-forwarded-for"];
  return {
    "x-forwarded-for": [before ?? [], socket.remoteAddress ?? []].flat().join(", "),
    "x-forwarded-proto": protocol,
    "x-forwarded-port": `${socket.localPort}`,
  };
}
