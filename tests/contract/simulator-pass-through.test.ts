import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listen } from "@/tests/support/listen";
import type { ProviderId } from "../../scripts/simulator/protocol";
import { type Simulator, startSimulator } from "../../scripts/simulator/server";

interface ReceivedRequest {
  request: IncomingMessage;
  body: Buffer;
  response: ServerResponse;
}

let simulator: Simulator;
let received: Promise<ReceivedRequest>;
let upstreamUrl: string;
let onUpstreamRequest: (request: IncomingMessage, response: ServerResponse) => void;

const upstream = createServer((incoming, response) => onUpstreamRequest(incoming, response));

beforeAll(async () => {
  upstreamUrl = `http://127.0.0.1:${await listen(upstream)}`;
  simulator = await startSimulator({ port: 0, upstreams: allUpstreams(`${upstreamUrl}/base`) });
});

afterAll(async () => {
  await simulator.stop();
  upstream.closeAllConnections();
  upstream.close();
});

beforeEach(() => {
  received = answerWith((response) => response.end("ok"));
});

function allUpstreams(url: string): Record<ProviderId, string> {
  return { openai: url, anthropic: url, google: url, bedrock: url, xai: url, deepseek: url };
}

/** Sets the upstream's reply and resolves to its next request with the complete body. */
function answerWith(reply: (response: ServerResponse) => void): Promise<ReceivedRequest> {
  return new Promise((resolve) => {
    onUpstreamRequest = async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      resolve({ request: incoming, body: Buffer.concat(chunks), response });
      reply(response);
    };
  });
}

function call(path: string, options: { method?: string; headers?: string[] } = {}) {
  const { port } = simulator;
  return request({
    host: "127.0.0.1",
    port,
    path,
    agent: false,
    headers: ["host", "x"],
    ...options,
  });
}

async function answerOf(outgoing: ReturnType<typeof call>): Promise<IncomingMessage> {
  const [incoming] = await once(outgoing, "response");
  return incoming;
}

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("method, path, query, headers and body arrive unchanged", async () => {
  const body = Buffer.from([0, 255, 1, 254, 10, 13, 10, 13]);
  const headers = ["Host", "local", "X-API-Key", "sk-real", "X-Twice", "a", "X-Twice", "b"];
  const path = "/anthropic/v1/x%2Fy/../z?a=%20b&c=1&&d";
  const length = ["Content-Length", String(body.length)];
  const outgoing = call(path, { method: "PUT", headers: [...headers, ...length] });
  outgoing.end(body);
  await bytesOf(await answerOf(outgoing));
  const actual = await received;
  expect(actual.request.method).toBe("PUT");
  expect(actual.request.url).toBe("/base/v1/x%2Fy/../z?a=%20b&c=1&&d");
  expect(actual.request.headers.host).toBe(new URL(upstreamUrl).host);
  expect(actual.request.rawHeaders.slice(2, 10)).toEqual(
    [...headers.slice(2), ...length].slice(0, 8),
  );
  expect(actual.body).toEqual(body);
});

test("a chunked request body arrives byte for byte", async () => {
  const outgoing = call("/openai/v1/chat/completions", {
    method: "POST",
    headers: ["host", "x", "transfer-encoding", "chunked", "authorization", "Bearer sk-real"],
  });
  const parts = Array.from({ length: 50 }, (_, index) => Buffer.alloc(index * 97, index));
  for (const part of parts) outgoing.write(part);
  outgoing.end();
  await bytesOf(await answerOf(outgoing));
  const actual = await received;
  expect(actual.body).toEqual(Buffer.concat(parts));
  expect(actual.request.headers["transfer-encoding"]).toBe("chunked");
});

test("requests without a body are forwarded without one", async () => {
  await bytesOf(await answerOf(call("/openai/v1/models").end()));
  const actual = await received;
  expect(actual.request.headers["transfer-encoding"]).toBeUndefined();
  expect(actual.request.headers["content-length"]).toBeUndefined();
});

test("hop-by-hop headers are not forwarded", async () => {
  const headers = ["host", "x", "connection", "x-private", "x-private", "1", "te", "trailers"];
  await bytesOf(await answerOf(call("/openai/v1/models", { headers }).end()));
  const actual = await received;
  expect(actual.request.headers).not.toHaveProperty("x-private");
  expect(actual.request.headers).not.toHaveProperty("te");
});

test("headers of the local LLM caller for the simulator aren't forwarded", async () => {
  const headers = ["host", "x", "x-simulated-region", "us-east-1"];
  await bytesOf(await answerOf(call("/bedrock/model/m/converse", { headers }).end()));
  expect((await received).request.headers).not.toHaveProperty("x-simulated-region");
});

test("a gzip response arrives compressed, with its status, reason and headers", async () => {
  const compressed = gzipSync("a".repeat(10_000));
  answerWith((response) => {
    response.sendDate = false;
    response.writeHead(299, "Odd", [
      ...["Content-Encoding", "gzip", "Content-Length", String(compressed.length)],
      ...["Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-Request-Id", "r1"],
    ]);
    response.end(compressed);
  });
  const incoming = await answerOf(call("/google/v1beta/models").end());
  expect([incoming.statusCode, incoming.statusMessage]).toEqual([299, "Odd"]);
  expect(incoming.headers).toMatchObject({ "content-encoding": "gzip", "x-request-id": "r1" });
  expect(incoming.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(incoming.headers).not.toHaveProperty("date");
  expect(incoming.headers).not.toHaveProperty("x-switchboard-simulated");
  expect(await bytesOf(incoming)).toEqual(compressed);
});

test("redirects are passed to the client", async () => {
  answerWith((response) => response.writeHead(307, { location: "https://else.where/" }).end());
  const incoming = await answerOf(call("/xai/v1/models").end());
  await bytesOf(incoming);
  expect([incoming.statusCode, incoming.headers.location]).toEqual([307, "https://else.where/"]);
});

test("each event of a stream arrives before the next is sent", async () => {
  const arrived = answerWith((response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
  });
  const outgoing = call("/openai/v1/chat/completions", { method: "POST" }).end("{}");
  const incoming = await answerOf(outgoing);
  const { response } = await arrived;
  for (const text of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
    response.write(text);
    const [chunk] = await once(incoming, "data");
    expect(String(chunk)).toBe(text);
  }
  response.end();
  await once(incoming, "end");
});

test.each([false, true])(
  "a client's disconnect closes the upstream connection (answer begun: %s)",
  async (isStarted) => {
    const arrived = answerWith((response) => {
      if (isStarted) response.write("started");
    });
    const outgoing = call("/anthropic/v1/messages", { method: "POST" });
    outgoing.on("error", () => undefined);
    outgoing.end("{}");
    if (isStarted) (await answerOf(outgoing)).on("error", () => undefined);
    const { response } = await arrived;
    // The upstream itself never ends its answer.
    const closed = once(response, "close");
    outgoing.destroy();
    await closed;
  },
);

test("a client's disconnect during its upload closes the upstream request", async () => {
  const arrived = new Promise<IncomingMessage>((resolve) => {
    onUpstreamRequest = (incoming) => resolve(incoming);
  });
  const headers = ["host", "x", "content-length", "1000"];
  const outgoing = call("/openai/v1/chat/completions", { method: "POST", headers });
  outgoing.on("error", () => undefined);
  outgoing.write("half");
  const incoming = await arrived;
  incoming.on("error", () => undefined).resume();
  const closed = new Promise((resolve) => incoming.once("close", resolve));
  outgoing.destroy();
  await closed;
  expect(incoming.complete).toBe(false);
});

test("an upstream's disconnect during a response closes the client's connection", async () => {
  answerWith((response) => {
    response.write("half", () => response.socket?.destroy());
  });
  const incoming = await answerOf(call("/deepseek/models").end());
  await expect(bytesOf(incoming)).rejects.toThrow(/aborted/);
  expect(incoming.complete).toBe(false);
});

test("an upstream's reset before a response resets the client", async () => {
  onUpstreamRequest = (incoming) => incoming.socket.destroy();
  await expect(answerOf(call("/openai/v1/models").end())).rejects.toThrow(/hang up|ECONNRESET/);
});

test("an upstream's early rejection of a body reaches the client", async () => {
  onUpstreamRequest = (incoming, response) => {
    response.writeHead(413).end("too large");
    incoming.resume();
  };
  const size = 32 * 1024 * 1024;
  const headers = ["host", "x", "connection", "keep-alive", "content-length", String(size)];
  const outgoing = call("/openai/v1/chat/completions", { method: "POST", headers });
  outgoing.on("error", () => undefined);
  outgoing.end(Buffer.alloc(size));
  const incoming = await answerOf(outgoing);
  expect(incoming.statusCode).toBe(413);
  expect(String(await bytesOf(incoming))).toBe("too large");
});

test("an unreachable upstream is a 502 that names the host and no key", async () => {
  const unreachable = await startSimulator({
    port: 0,
    upstreams: allUpstreams("http://127.0.0.1:9/v1"),
  });
  const response = await fetch(`${unreachable.baseUrls.openai}/models?key=sk-real-2`, {
    headers: { authorization: "Bearer sk-real-1" },
  });
  const text = await response.text();
  await unreachable.stop();
  expect(response.status).toBe(502);
  expect(text).toMatch(/could not reach 127\.0\.0\.1:9 \(ECONNREFUSED\)/);
  expect(text).not.toContain("sk-real");
});

test("stopping ends open streams and releases the port", async () => {
  const stopping = await startSimulator({ port: 0, upstreams: allUpstreams(upstreamUrl) });
  answerWith((response) => response.write("started"));
  const response = await fetch(`${stopping.baseUrls.openai}/models`);
  await stopping.stop();
  await expect(response.text()).rejects.toThrow();
  const socket = connect(stopping.port, "127.0.0.1");
  const [error] = await once(socket, "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});
