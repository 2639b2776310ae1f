import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { regionOfUpstream } from "./bedrock-ids";
import { passOn } from "./pass-through";
import { PROVIDERS, type ProviderId } from "./protocol";
import { BASE_PATHS, keysOf, type Route, routeOf } from "./routes";
import { sendReply } from "./send";
import { answerSimulated } from "./simulated";

const HOST = "127.0.0.1";
const KEEP_ALIVE_MS = 65_000;

interface RequestInfo {
  id: number;
  provider: ProviderId | null;
  method: string;
  /** Without the query, which may carry a key. */
  path: string;
  answeredBy: "simulator" | "upstream";
}

export interface CloseInfo extends RequestInfo {
  /** The whole answer reached the client's socket; false if either side broke off. */
  finished: boolean;
}

interface SimulatorOptions {
  /** 0 takes any free port. */
  port: number;
  /** Base URLs of the real providers, in the shape of their SDKs' base URLs. */
  upstreams: Record<ProviderId, string>;
  /** Multiplies the waits of simulated answers: 1 (default) is lifelike, 0 answers at once. */
  pace?: number;
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
 * Starts the provider simulator on loopback. Requests whose key starts with `sandbox-` are
 * answered here, every other one is passed on to its provider. Throws if the port is taken or an
 * upstream is the simulator itself.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  let lastId = 0;
  const server = createServer((request, response) => {
    lastId += 1;
    handle(request, response, lastId, options);
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, HOST, resolve);
  });
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const url = `http://${HOST}:${port}`;
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  const loop = PROVIDERS.find((provider) => isItself(options.upstreams[provider], port));
  if (loop) {
    await stop();
    throw new Error(`The upstream of ${loop} is the simulator itself (${url}).`);
  }
  const bases = PROVIDERS.map((provider) => [provider, url + BASE_PATHS[provider]] as const);
  // Built from PROVIDERS, so every provider has its entry.
  return { url, port, baseUrls: Object.fromEntries(bases) as Record<ProviderId, string>, stop };
}

function handle(
  request: IncomingMessage,
  response: ServerResponse,
  id: number,
  options: SimulatorOptions,
): void {
  const route = routeOf(request.url ?? "/", request.headers);
  const key = keysOf(request.headers, route?.query ?? "").find((k) => k.startsWith("sandbox-"));
  const upstream = route && key === undefined ? options.upstreams[route.provider] : null;
  const info: RequestInfo = {
    id,
    provider: route?.provider ?? null,
    method: request.method ?? "GET",
    path: (request.url ?? "/").split("?")[0] ?? "/",
    answeredBy: upstream ? "upstream" : "simulator",
  };
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
    options.onClose?.({ ...info, finished: response.writableFinished });
  });
  options.onRequest?.(info);
  if (!route) answerUnknownPath(response);
  else if (upstream) passOn(request, response, route, upstream);
  else simulate(request, response, route, key ?? "", options, gone.signal);
}

function simulate(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  key: string,
  options: SimulatorOptions,
  signal: AbortSignal,
): void {
  const bedrockRegion = regionOfUpstream(options.upstreams.bedrock);
  const pace = options.pace ?? 1;
  answerSimulated({ request, response, route, key, pace, bedrockRegion, signal }).catch(() => {
    // The client went, or a bug of ours: either way there is nothing sound left to send.
    if (response.headersSent || response.destroyed) response.destroy();
    else sendReply(response, { status: 500, body: { error: { message: "Simulator fault." } } });
  });
}

function answerUnknownPath(response: ServerResponse): void {
  const message =
    "No provider has this path. Use /openai/v1, /anthropic, /google, /bedrock, /xai/v1 or /deepseek.";
  sendReply(response, { status: 404, body: { error: { message } } });
}

function isItself(upstream: string, port: number): boolean {
  const { hostname, port: upstreamPort } = new URL(upstream);
  return Number(upstreamPort) === port && ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
