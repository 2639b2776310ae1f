import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { regionOfUpstream } from "./bedrock-ids";
import { CallLog, callsPath } from "./call-log";
import { proxyRequest, regionHeader } from "./pass-through";
import { type ProviderId, simulatedProviders } from "./protocol";
import { basePaths, findApiKeys, findRoute, type Route } from "./routes";
import { sendReply } from "./send";
import { answerSimulated } from "./simulated";

const host = "127.0.0.1";
const keepAliveMs = 65_000;

interface RequestInfo {
  id: number;
  provider: ProviderId | null;
  method: string;
  /** Without the query, which may carry a key. */
  path: string;
  handledBy: "simulator" | "upstream";
}

export interface CloseInfo extends RequestInfo {
  /** Whether the complete response was sent; false if either side disconnected. */
  finished: boolean;
}

interface SimulatorOptions {
  /** 0 selects any free port. */
  port: number;
  /** Base URLs of the real providers, in the shape of their SDKs' base URLs. */
  upstreams: Record<ProviderId, string>;
  /** Multiplies the delays of simulated answers: 1 (default) is realistic, 0 answers immediately. */
  pace?: number;
  /** For tests: whether a model answers although its provider has no such id. */
  isMadeUp?: (model: string) => boolean;
  onRequest?: (info: RequestInfo) => void;
  onClose?: (info: CloseInfo) => void;
}

export interface Simulator {
  url: string;
  port: number;
  baseUrls: Record<ProviderId, string>;
  stop(): Promise<void>;
}

/**
 * Starts the provider simulator on loopback. It answers requests whose key starts with `sandbox-` and
 * proxies all others to their provider. Throws if the port is in use or an upstream is the simulator
 * itself.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  let lastId = 0;
  const log = new CallLog();
  const server = createServer((request, response) => {
    if (request.method === "GET" && request.url === callsPath) {
      return sendReply(response, { status: 200, body: { calls: log.calls } });
    }
    lastId += 1;
    handle(request, response, lastId, { ...options, log });
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const selfReferring = simulatedProviders.find((provider) =>
    isOwnAddress(options.upstreams[provider], port),
  );
  if (selfReferring) {
    await stop();
    throw new Error(`The upstream of ${selfReferring} is the simulator itself (${url}).`);
  }
  const bases = simulatedProviders.map(
    (provider) => [provider, url + basePaths[provider]] as const,
  );
  // Built from `simulatedProviders`, so every provider has an entry.
  return { url, port, baseUrls: Object.fromEntries(bases) as Record<ProviderId, string>, stop };
}

function handle(
  request: IncomingMessage,
  response: ServerResponse,
  id: number,
  options: SimulatorOptions & { log: CallLog },
): void {
  const route = findRoute(request.url ?? "/", request.headers);
  const key = findApiKeys(request.headers, route?.query ?? "").find((k) =>
    k.startsWith("sandbox-"),
  );
  const upstream = route && key === undefined ? options.upstreams[route.provider] : null;
  const info: RequestInfo = {
    id,
    provider: route?.provider ?? null,
    method: request.method ?? "GET",
    path: (request.url ?? "/").split("?")[0] ?? "/",
    handledBy: upstream ? "upstream" : "simulator",
  };
  const closed = new AbortController();
  response.on("close", () => {
    closed.abort();
    options.onClose?.({ ...info, finished: response.writableFinished });
  });
  options.onRequest?.(info);
  if (!route) respondUnknownPath(response);
  else if (upstream) proxyRequest(request, response, route, upstream);
  else simulate(request, response, route, key ?? "", options, closed.signal);
}

function simulate(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  key: string,
  options: SimulatorOptions & { log: CallLog },
  signal: AbortSignal,
): void {
  const stated = request.headers[regionHeader];
  const bedrockRegion =
    typeof stated === "string" ? stated : regionOfUpstream(options.upstreams.bedrock);
  const pace = options.pace ?? 1;
  const isMadeUp = options.isMadeUp ?? (() => false);
  const exchange = { request, response, route, key, pace, bedrockRegion, isMadeUp, signal };
  const record: CallLog["record"] = (call) => options.log.record(call);
  answerSimulated({ ...exchange, record }).catch(() => {
    // Client disconnected or internal error; the response can't be completed.
    if (response.headersSent || response.destroyed) response.destroy();
    else sendReply(response, { status: 500, body: { error: { message: "Simulator fault." } } });
  });
}

function respondUnknownPath(response: ServerResponse): void {
  const message =
    "No provider has this path. Use /openai/v1, /anthropic, /google, /bedrock, /xai/v1 or /deepseek.";
  sendReply(response, { status: 404, body: { error: { message } } });
}

function isOwnAddress(upstream: string, port: number): boolean {
  const { hostname, port: upstreamPort } = new URL(upstream);
  return Number(upstreamPort) === port && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
