import "server-only";
import { randomUUID } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { addresses, type EndpointName, splitAddress } from "@/lib/addresses";
import { AppError } from "@/lib/errors";
import { log } from "@/lib/log";
import { dropUntrusted } from "./client-address";
import { problemOf } from "./problem";
import { logFields, requestLine } from "./refusals";
import { apiPolicy, fixedHeaders, hstsHeader } from "./security-headers";

const guarded = new WeakSet<Server>();

/**
 * Refuses requests that Next itself would answer with a 500 or in plain text, before Next sees
 * them. Next creates its server without asking, so the first request tells which one it is.
 */
export function guardFrontDoor(): void {
  subscribe("http.server.request.start", (message) => {
    // Node documents the server as part of this channel's messages.
    const { server } = message as { server: Server };
    if (guarded.has(server)) return;
    guarded.add(server);
    const listeners = server.listeners("request");
    server.removeAllListeners("request");
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      if (refuseAtDoor(request, response)) return;
      for (const listener of listeners) listener.call(server, request, response);
    });
  });
}

/** Answers a request that is refused. @returns whether it was */
export function refuseAtDoor(request: IncomingMessage, response: ServerResponse): boolean {
  const { method = "", headers } = request;
  dropUntrusted(headers);
  const [path = "", query] = splitOnce(request.url ?? "", "?");
  const found = refusalOf(method, path, bringsBody(headers));
  if (!found) {
    // For a page, escape the path so that Next takes it literally and shows "not found".
    if (!isDecodable(path)) {
      request.url = path.replaceAll("%", "%25") + (query === undefined ? "" : `?${query}`);
    }
    return false;
  }
  const { error, allow } = found;
  const requestId = randomUUID();
  const transport = hstsHeader();
  const { problem, headers: problemHeaders } = problemOf(error, requestId);
  const body = JSON.stringify(problem);
  response.writeHead(error.status, {
    ...fixedHeaders,
    "content-length": Buffer.byteLength(body),
    "content-security-policy": apiPolicy,
    ...problemHeaders,
    ...(transport && { "strict-transport-security": transport }),
    ...(allow && { allow: allow.join(", ") }),
  });
  if (method === "HEAD") response.flushHeaders();
  else response.write(body);
  endAfter(request, response);
  const line = logFields(requestLine(method, path, requestId));
  log("info", "Request", { ...line, status: error.status, code: error.code });
  return true;
}

const drainMs = 5_000;

/**
 * Ends an answer that is complete when its request is: a connection that is closed before would often
 * take the answer with it. What still arrives is dropped.
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

/** Why Next does not get a request; null when it does. */
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

/** The error overlay and the reloading of `next dev`. */
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
  const fitting = templates.filter((one) => fits(one.segments, segments));
  const best = Math.max(...fitting.map((one) => literalsIn(one.segments)));
  const methods = fitting
    .filter((one) => literalsIn(one.segments) === best)
    .map((one): string => one.method);
  const withHead = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return [...withHead, "OPTIONS"];
}

const isParameter = (segment: string) => segment.startsWith("{");
const isCatchAll = (segment: string | undefined) =>
  segment === "{path}" || segment === "{nextauth}";
const literalsIn = (template: string[]) => template.filter((one) => !isParameter(one)).length;

function fits(template: string[], path: string[]): boolean {
  const isOpenEnded = isCatchAll(template.at(-1));
  if (isOpenEnded ? path.length < template.length : path.length !== template.length) return false;
  return template.every((segment, at) => isParameter(segment) || segment === path[at]);
}

function bringsBody(headers: IncomingMessage["headers"]): boolean {
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
