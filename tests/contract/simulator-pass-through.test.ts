import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ProviderId } from "../../scripts/simulator/protocol";
import { type Simulator, startSimulator } from "../../scripts/simulator/server";

interface Seen {
  request: IncomingMessage;
  body: Buffer;
  response: ServerResponse;
}

let simulator: Simulator;
let seen: Promise<Seen>;
let upstreamUrl: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const upstream = createServer((incoming, response) => answer(incoming, response));

beforeAll(async () => {
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  upstreamUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  simulator = await startSimulator({ port: 0, upstreams: everywhere(`${upstreamUrl}/base`) });
});

afterAll(async () => {
  await simulator.stop();
  upstream.closeAllConnections();
  upstream.close();
});

beforeEach(() => {
  seen = answerWith((response) => response.end("ok"));
});

function everywhere(url: string): Record<ProviderId, string> {
  return { openai: url, anthropic: url, google: url, bedrock: url, xai: url, deepseek: url };
}

/** What the upstream gets next, with its whole body, and how it answers. */
function answerWith(reply: (response: ServerResponse) => void): Promise<Seen> {
  return new Promise((resolve) => {
    answer = async (incoming, response) => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part);
      resolve({ request: incoming, body: Buffer.concat(parts), response });
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
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part);
  return Buffer.concat(parts);
}

test("method, path, query, headers and body arrive unchanged", async () => {
  const body = Buffer.from([0, 255, 1, 254, 10, 13, 10, 13]);
  const headers = ["Host", "local", "X-API-Key", "sk-real", "X-Twice", "a", "X-Twice", "b"];
  const path = "/anthropic/v1/x%2Fy/../z?a=%20b&c=1&&d";
  const length = ["Content-Length", String(body.length)];
  const outgoing = call(path, { method: "PUT", headers: [...headers, ...length] });
  outgoing.end(body);
  await bytesOf(await answerOf(outgoing));
  const got = await seen;
  expect(got.request.method).toBe("PUT");
  expect(got.request.url).toBe("/base/v1/x%2Fy/../z?a=%20b&c=1&&d");
  expect(got.request.headers.host).toBe(new URL(upstreamUrl).host);
  expect(got.request.rawHeaders.slice(2, 10)).toEqual([...headers.slice(2), ...length].slice(0, 8));
  expect(got.body).toEqual(body);
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
  const got = await seen;
  expect(got.body).toEqual(Buffer.concat(parts));
  expect(got.request.headers["transfer-encoding"]).toBe("chunked");
});

test("requests without a body stay without one", async () => {
  await bytesOf(await answerOf(call("/openai/v1/models").end()));
  const got = await seen;
  expect(got.request.headers["transfer-encoding"]).toBeUndefined();
  expect(got.request.headers["content-length"]).toBeUndefined();
});

test("hop-by-hop headers stay on their hop", async () => {
  const headers = ["host", "x", "connection", "x-private", "x-private", "1", "te", "trailers"];
  await bytesOf(await answerOf(call("/openai/v1/models", { headers }).end()));
  const got = await seen;
  expect(got.request.headers).not.toHaveProperty("x-private");
  expect(got.request.headers).not.toHaveProperty("te");
});

test("a gzip response comes back still packed, with its status, reason and headers", async () => {
  const packed = gzipSync("a".repeat(10_000));
  answerWith((response) => {
    response.sendDate = false;
    response.writeHead(299, "Odd", [
      ...["Content-Encoding", "gzip", "Content-Length", String(packed.length)],
      ...["Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-Request-Id", "r1"],
    ]);
    response.end(packed);
  });
  const incoming = await answerOf(call("/google/v1beta/models").end());
  expect([incoming.statusCode, incoming.statusMessage]).toEqual([299, "Odd"]);
  expect(incoming.headers).toMatchObject({ "content-encoding": "gzip", "x-request-id": "r1" });
  expect(incoming.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(incoming.headers).not.toHaveProperty("date");
  expect(incoming.headers).not.toHaveProperty("x-switchboard-simulated");
  expect(await bytesOf(incoming)).toEqual(packed);
});

test("redirects are handed to the client", async () => {
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

test("a client that leaves takes the upstream connection with it within 50 ms", async () => {
  for (const begun of [false, true]) {
    const arrived = answerWith((response) => {
      if (begun) response.write("begun");
    });
    const outgoing = call("/anthropic/v1/messages", { method: "POST" });
    outgoing.on("error", () => undefined);
    outgoing.end("{}");
    if (begun) (await answerOf(outgoing)).on("error", () => undefined);
    const { response } = await arrived;
    const left = performance.now();
    const gone = once(response, "close");
    outgoing.destroy();
    await gone;
    expect(performance.now() - left).toBeLessThan(50);
  }
});

test("a client that leaves in the middle of its upload is not waited for", async () => {
  const arrived = new Promise<IncomingMessage>((resolve) => {
    answer = (incoming) => resolve(incoming);
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

test("an upstream that breaks in the middle breaks the client's connection", async () => {
  answerWith((response) => {
    response.write("half", () => response.socket?.destroy());
  });
  const incoming = await answerOf(call("/deepseek/models").end());
  await expect(bytesOf(incoming)).rejects.toThrow(/aborted/);
  expect(incoming.complete).toBe(false);
});

test("an upstream that resets before it answers resets the client", async () => {
  answer = (incoming) => incoming.socket.destroy();
  await expect(answerOf(call("/openai/v1/models").end())).rejects.toThrow(/hang up|ECONNRESET/);
});

test("an upstream that refuses a body early is heard", async () => {
  answer = (incoming, response) => {
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

test("an upstream that cannot be reached is a 502 that names the host and no key", async () => {
  const lonely = await startSimulator({ port: 0, upstreams: everywhere("http://127.0.0.1:9/v1") });
  const response = await fetch(`${lonely.baseUrls.openai}/models?key=sk-real-2`, {
    headers: { authorization: "Bearer sk-real-1" },
  });
  const text = await response.text();
  await lonely.stop();
  expect(response.status).toBe(502);
  expect(text).toMatch(/could not reach 127\.0\.0\.1:9 \(ECONNREFUSED\)/);
  expect(text).not.toContain("sk-real");
});

test("stopping ends open streams and frees the port", async () => {
  const mortal = await startSimulator({ port: 0, upstreams: everywhere(upstreamUrl) });
  answerWith((response) => response.write("begun"));
  const response = await fetch(`${mortal.baseUrls.openai}/models`);
  await mortal.stop();
  await expect(response.text()).rejects.toThrow();
  const socket = connect(mortal.port, "127.0.0.1");
  const [error] = await once(socket, "error");
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});
