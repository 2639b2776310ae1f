import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { pipeline } from "node:stream";
import type { Route } from "./routes";

/** Meant for one connection only (RFC 9110 §7.6.1); `expect` is answered here already. */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

// No connection is used twice: one kept alive may be closed under a body that cannot be sent again.
// Yet none is announced as closing, because a server that is told so may reset an upload it refuses.
const httpAgent = singleUse(new HttpAgent({ keepAlive: true }));
const httpsAgent = singleUse(new HttpsAgent({ keepAlive: true }));

function singleUse<A extends HttpAgent>(agent: A): A {
  return Object.assign(agent, { keepSocketAlive: () => false });
}

/**
 * Passes a request on to the provider and its answer back, both byte for byte and unbuffered.
 * Either side's disconnect destroys the other. Answers 502 if the upstream cannot be reached.
 */
export function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  upstream: string,
): void {
  const target = new URL(upstream);
  const isTls = target.protocol === "https:";
  const send = isTls ? httpsRequest : httpRequest;
  const outgoing = send({
    protocol: target.protocol,
    hostname: target.hostname.replace(/^\[|\]$/g, ""),
    port: target.port,
    method: request.method,
    path: (target.pathname.replace(/\/$/, "") + route.path || "/") + route.query,
    headers: ["host", target.host, ...requestHeaders(request)],
    agent: isTls ? httpsAgent : httpAgent,
  });
  outgoing.setNoDelay(true);
  outgoing.on("response", (incoming) => passBack(incoming, response));
  const connected = watchConnection(outgoing, isTls);
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    // Once an answer has begun, its own stream tells how it ends.
    if (response.headersSent) return;
    if (connected()) response.destroy();
    else answerUnreachable(response, target.host, error.code);
  });
  // An upstream may refuse before it has read the whole body; the client must still get through
  // with it to read the answer, so the rest is read and dropped (a pipeline would cut the client).
  outgoing.on("close", () => {
    request.unpipe(outgoing);
    request.resume();
  });
  response.on("close", () => outgoing.destroy());
  request.pipe(outgoing);
}

/** Tells whether the upstream was ever reached, TLS included. */
function watchConnection(outgoing: ClientRequest, isTls: boolean): () => boolean {
  let connected = false;
  outgoing.on("socket", (socket) => {
    socket.once(isTls ? "secureConnect" : "connect", () => {
      connected = true;
    });
  });
  return () => connected;
}

function passBack(incoming: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  response.writeHead(
    incoming.statusCode ?? 502,
    incoming.statusMessage,
    endToEnd(incoming.rawHeaders, incoming.headers.connection),
  );
  response.flushHeaders();
  pipeline(incoming, response, (error) => {
    if (error) response.destroy();
  });
}

function requestHeaders(request: IncomingMessage): string[] {
  const { headers, rawHeaders } = request;
  const kept = endToEnd(rawHeaders, headers.connection);
  if (headers["transfer-encoding"] !== undefined) return [...kept, "transfer-encoding", "chunked"];
  const bodiless = headers["content-length"] === undefined;
  // Without it Node would frame an absent body of a POST as a chunked one.
  return bodiless && request.method === "POST" ? [...kept, "content-length", "0"] : kept;
}

function endToEnd(rawHeaders: string[], connection = ""): string[] {
  const dropped = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  return rawHeaders.filter((_value, index) => {
    const name = (rawHeaders[index - (index % 2)] ?? "").toLowerCase();
    return !HOP_BY_HOP.has(name) && !dropped.has(name);
  });
}

function answerUnreachable(response: ServerResponse, host: string, code = "no answer"): void {
  if (response.destroyed) return;
  const message = `The local simulator could not reach ${host} (${code}). Check the network, or use a key that starts with "sandbox-".`;
  const body = JSON.stringify({ error: { message, type: "simulator_error", code: "unreachable" } });
  response.writeHead(502, { "content-type": "application/json" });
  response.end(body);
}
