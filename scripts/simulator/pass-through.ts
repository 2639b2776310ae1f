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

/** The header with the region from the URL in the local LLM caller's state machine. */
export const regionHeader = "x-simulated-region";

/** Headers that apply to one connection only (RFC 9110 §7.6.1). Node has already handled `expect`. */
const hopByHopHeaders = new Set([
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

// No connection is reused: a kept-alive one may close during an upload that can't be replayed.
// `Connection: close` isn't sent, because servers may then reset an upload that they reject.
const httpAgent = singleUse(new HttpAgent({ keepAlive: true }));
const httpsAgent = singleUse(new HttpsAgent({ keepAlive: true }));

function singleUse<A extends HttpAgent>(agent: A): A {
  return Object.assign(agent, { keepSocketAlive: () => false });
}

/**
 * Proxies a request to the provider and its response back, both byte for byte and unbuffered.
 * Either side's disconnect destroys the other. Responds 502 if the upstream is unreachable.
 */
export function proxyRequest(
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
  outgoing.on("response", (incoming) => forwardResponse(incoming, response));
  const isConnected = watchConnection(outgoing, isTls);
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    // Once the response has started, its own stream reports the error.
    if (response.headersSent) return;
    if (isConnected()) response.destroy();
    else respondUnreachable(response, target.host, error.code);
  });
  // An upstream may reject a request before it has read the body. Drain the rest, because clients
  // read the response only after they have sent everything (`pipeline` would disconnect them).
  outgoing.on("close", () => {
    request.unpipe(outgoing);
    request.resume();
  });
  response.on("close", () => outgoing.destroy());
  request.pipe(outgoing);
}

/** Returns a function that reports whether the upstream was reached, including TLS. */
function watchConnection(outgoing: ClientRequest, isTls: boolean): () => boolean {
  let connected = false;
  outgoing.on("socket", (socket) => {
    socket.once(isTls ? "secureConnect" : "connect", () => {
      connected = true;
    });
  });
  return () => connected;
}

function forwardResponse(incoming: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  response.writeHead(
    incoming.statusCode ?? 502,
    incoming.statusMessage,
    endToEndHeaders(incoming.rawHeaders, incoming.headers.connection),
  );
  response.flushHeaders();
  pipeline(incoming, response, (error) => {
    if (error) response.destroy();
  });
}

function requestHeaders(request: IncomingMessage): string[] {
  const { headers, rawHeaders } = request;
  const forwarded = endToEndHeaders(rawHeaders, headers.connection);
  if (headers["transfer-encoding"] !== undefined)
    return [...forwarded, "transfer-encoding", "chunked"];
  const hasNoBody = headers["content-length"] === undefined;
  // Without a length Node would send the empty body of a POST as chunked.
  return hasNoBody && request.method === "POST" ? [...forwarded, "content-length", "0"] : forwarded;
}

function endToEndHeaders(rawHeaders: string[], connection = ""): string[] {
  const dropped = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  return rawHeaders.filter((_value, index) => {
    const name = (rawHeaders[index - (index % 2)] ?? "").toLowerCase();
    return !hopByHopHeaders.has(name) && !dropped.has(name) && name !== regionHeader;
  });
}

function respondUnreachable(response: ServerResponse, host: string, code = "no answer"): void {
  if (response.destroyed) return;
  const message = `The local simulator could not reach ${host} (${code}). Check the network, or use a key that starts with "sandbox-".`;
  const body = JSON.stringify({ error: { message, type: "simulator_error", code: "unreachable" } });
  response.writeHead(502, { "content-type": "application/json" });
  response.end(body);
}
