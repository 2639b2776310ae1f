import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, it, type MockInstance, vi } from "vitest";

let server: Server;
let logged: MockInstance<typeof process.stderr.write>;
let stopGuarding: () => void;

beforeAll(async () => {
  vi.resetModules();
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "https://console.example");
  vi.stubEnv("NEXTAUTH_SECRET", "x".repeat(32));
  vi.stubEnv("LOG_LEVEL", "info");
  logged = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { guardFrontDoor } = await import("@/lib/http/front-door");
  stopGuarding = guardFrontDoor();
  server = createServer({ connectionsCheckingInterval: 20 });
  server.on("upgrade", () => undefined); // Next's, which keeps the connection.
  server.on("request", (request, response) => {
    response.write("begun ");
    request.on("end", () => response.end("and ended")).resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The first request tells which server it is.
  await (await fetch(`http://127.0.0.1:${port()}/api/health`)).text();
});
afterAll(() => {
  stopGuarding();
  logged.mockRestore();
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});

// A listening TCP server has an AddressInfo.
const port = () => (server.address() as AddressInfo).port;

/** @param until the connection's end, unless the answer has this */
async function send(text: string, until?: RegExp) {
  const socket = connect({ host: "127.0.0.1", port: port() });
  socket.write(text);
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString();
    if (until?.test(answer)) socket.end();
  });
  await once(socket, "end");
  socket.end();
  const [head = "", ...body] = answer.split("\r\n\r\n");
  return { head, body: body.join("\r\n\r\n") };
}

const canary = "canary-5d1";

it.each([
  ["no method of HTTP", `${canary} /api/models\r\n\r\n`, 400],
  ["no host", "GET /api/models HTTP/1.1\r\nconnection: close\r\n\r\n", 400],
  ["TLS", `\x16\x03\x01\x02${canary}`, 400],
  ["a header with a line end", `GET / HTTP/1.1\r\nhost: x\r\nx: ${canary}\rx\r\n\r\n`, 400],
  [
    "two lengths",
    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    400,
  ],
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    400,
  ],
  ["a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n", 405],
  ["20 kB of headers", `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${canary.repeat(2_000)}\r\n\r\n`, 431],
  ["an address of 2 MB", `GET /${canary.repeat(200_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431],
  ["headers that never end", "GET / HTTP/1.1\r\nhost: x\r\n", 408],
])("answers %s with a problem, its id and a line in the log", async (_what, text, status) => {
  logged.mockClear();
  server.requestTimeout = status === 408 ? 50 : 0;
  const { head, body } = await send(text);
  expect(head.split("\r\n")[0]).toContain(`HTTP/1.1 ${status} `);
  expect(head).toContain("content-type: application/problem+json");
  expect(head).toContain("x-content-type-options: nosniff");
  expect(head).toContain("strict-transport-security: max-age=");
  expect(head).toContain(`content-length: ${Buffer.byteLength(body)}`);
  const problem = JSON.parse(body);
  expect(problem).toMatchObject({ status, type: "about:blank" });
  expect(head).toContain(`x-request-id: ${problem.request_id}`);
  const lines = logged.mock.calls.map(([line]) => String(line));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ request_id: problem.request_id, status });
  expect(head + body + lines).not.toContain(canary);
});

it.each(["expect: a-miracle", "connection: upgrade\r\nupgrade: websocket"])(
  "answers a request with %s as any other",
  async (header) => {
    const { head } = await send(
      `GET /api/models HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`,
      /and ended/,
    );
    expect(head).toContain("HTTP/1.1 200 OK");
  },
);

it("doesn't follow an answer that has begun with a second one", async () => {
  const first = "POST /api/models HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
  const socket = connect({ host: "127.0.0.1", port: port() });
  socket.write(first);
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    if (answer === "") socket.write("no chunk\r\n");
    answer += chunk.toString();
  });
  socket.on("error", () => undefined); // A reset is an end, too.
  await once(socket, "close");
  expect(answer).toContain("begun");
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});
