import "server-only";
import { randomUUID } from "node:crypto";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { addresses, type EndpointName, splitAddress } from "@/lib/addresses";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { dropUntrusted } from "./client-address";
import { answerOutsideNext } from "./problem";
import { logFields, requestLine } from "./refusals";
import { drainMs, refuseConnect, refuseUnreadable } from "./unreadable";

const guarded = new WeakSet<Server>();
const requestStart = "http.server.request.start";

/**
 * Rejects requests that Node or Next would answer with a 500 or in plain text. Next creates its own
 * server, so the guard gets hold of it at the first request.
 * @returns a function that leaves servers alone from then on
 */
export function guardFrontDoor(): () => void {
  const guardServer = (message: unknown) => {
    // Node documents both as part of this channel's messages.
    const { server, request } = message as { server: Server; request: IncomingMessage };
    // Node would answer a request without a host itself, with nothing but the status.
    if (request.httpVersion === "1.1") request.headers.host ??= "";
    if (guarded.has(server)) return;
    guarded.add(server);
    const listeners = server.listeners("request");
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      if (rejectUnroutable(request, response)) return;
      for (const listener of listeners) listener.call(server, request, response);
    });
    server.on("clientError", refuseUnreadable);
    server.on("connect", refuseConnect);
    // An unknown expectation may be ignored (RFC 9110 §10.1.1).
    server.on("checkExpectation", (...request) => server.emit("request", ...request));
    // Only `next dev` uses WebSockets; otherwise Next would keep this socket open indefinitely.
    if (process.env.NODE_ENV !== "development") server.removeAllListeners("upgrade");
  };
  subscribe(requestStart, guardServer);
  return () => unsubscribe(requestStart, guardServer);
}

/** Answers a request that must be rejected. @returns whether it did */
export function rejectUnroutable(request: IncomingMessage, response: ServerResponse): boolean {
  const { method = "", headers } = request;
  dropUntrusted(headers);
  const [path = "", query] = splitOnce(request.url ?? "", "?");
  const refusal =
    headers.host === "" ? withoutHost : refusalOf(method, path, hasBodyHeader(headers));
  if (!refusal) {
    // For a page, escape the path so that Next takes it literally and shows "not found".
    if (!isDecodable(path)) {
      request.url = path.replaceAll("%", "%25") + (query === undefined ? "" : `?${query}`);
    }
    return false;
  }
  const { error, allow } = refusal;
  const requestId = randomUUID();
  const { body, headers: problemHeaders } = answerOutsideNext(error, requestId);
  response.writeHead(error.status, {
    ...problemHeaders,
    ...(allow && { allow: allow.join(", ") }),
  });
  if (method === "HEAD") response.flushHeaders();
  else response.write(body);
  endAfter(request, response);
  const line = logFields(requestLine(method, path, requestId));
  log("info", "Request", { ...line, status: error.status, code: error.code });
  return true;
}

/**
 * Ends an answer only when its request is complete: if the connection closes earlier, the client
 * often doesn't receive the answer. The rest of the request is dropped.
 */
function endAfter(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => response.end(), drainMs);
  request.once("close", () => {
    clearTimeout(timer);
    response.end();
  });
  request.resume();
}

type Refused = { error: AppError; allow?: string[] };

const withoutHost: Refused = {
  error: new AppError("malformed", "The request has no Host header."),
};

/** Why Next must not get a request; null if it may. */
export function refusalOf(method: string, path: string, hasBody: boolean): Refused | null {
  const isApi = path.startsWith("/api/");
  if (!path.startsWith("/") || (isApi && !isDecodable(path))) {
    return { error: new AppError("malformed", "The address is not a percent-encoded path.") };
  }
  if (path === "/api") return { error: new AppError("not_found", "There is nothing at /api.") };
  const allowed = isApi ? methodsOf(path) : methodsOfPages;
  if (!allowed.includes(method) && !isDevelopmentTool(path)) {
    const message = `This address takes ${allowed.join(", ")} only.`;
    return { error: new AppError("method_not_allowed", message), allow: allowed };
  }
  if (hasBody && (method === "GET" || method === "HEAD")) {
    return { error: new AppError("malformed", `A ${method} request takes no body.`) };
  }
  return null;
}

const methodsOfPages = ["GET", "HEAD"];

/** The error overlay and hot reloading of `next dev`. */
const isDevelopmentTool = (path: string) =>
  process.env.NODE_ENV === "development" && /^\/_{1,2}next/.test(path);

// Object.keys loses the type; the keys of the addresses are the names.
const templates = (Object.keys(addresses) as EndpointName[]).map((name) => {
  const [method, path] = splitAddress(name);
  return { method, segments: path.split("/") };
});

/** The methods of the route that Next chooses for a path: literal segments win. */
function methodsOf(path: string): string[] {
  const segments = path.split("/");
  const matching = templates.filter((template) => matchesPath(template.segments, segments));
  const best = Math.max(...matching.map((template) => literalsIn(template.segments)));
  const methods = matching
    .filter((template) => literalsIn(template.segments) === best)
    .map((template): string => template.method);
  const withHead = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return [...withHead, "OPTIONS"];
}

const isParameter = (segment: string) => segment.startsWith("{");
const isCatchAll = (segment: string | undefined) =>
  segment === "{path}" || segment === "{nextauth}";
const literalsIn = (template: string[]) =>
  template.filter((segment) => !isParameter(segment)).length;

function matchesPath(template: string[], path: string[]): boolean {
  const isOpenEnded = isCatchAll(template.at(-1));
  if (isOpenEnded ? path.length < template.length : path.length !== template.length) return false;
  return template.every((segment, at) => isParameter(segment) || segment === path[at]);
}

function hasBodyHeader(headers: IncomingMessage["headers"]): boolean {
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
