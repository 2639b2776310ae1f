import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A load balancer without memory: each request goes to the next of the ports. */
export async function startRoundRobin(portsOf: () => number[]) {
  const answeredBy = new Map<number, number>();
  let turn = 0;

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const ports = portsOf();
    const port = ports[turn++ % ports.length] ?? 0;
    answeredBy.set(port, (answeredBy.get(port) ?? 0) + 1);
    const { url: path, method, headers } = incoming;
    const outgoing = request({ host: "127.0.0.1", port, path, method, headers });
    outgoing.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    response.on("close", () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  const server = createServer(pass).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    /** Requests passed on, by port. */
    answeredBy,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
