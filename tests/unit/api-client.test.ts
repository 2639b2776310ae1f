import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError, apiFetch, NetworkError } from "@/lib/api-client";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server of this test alone; answers its base URL. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return `http://127.0.0.1:${port}`;
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => error,
  );

describe("the browser's client of the API", () => {
  it("sends JSON with the etag of the record that the change was made on", async () => {
    const base = await serve(async (request, response) => {
      const chunks = await request.toArray();
      const { method, headers } = request;
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method, match: headers["if-match"], body }));
    });
    const answer = await apiFetch(`${base}/x`, { method: "PATCH", body: { a: 1 }, ifMatch: "e1" });
    expect(answer).toEqual({ method: "PATCH", match: '"e1"', body: { a: 1 } });
  });

  it("throws the problem document of a refusal, field errors and the current record included", async () => {
    const problem = {
      type: "about:blank",
      title: "Changed meanwhile",
      status: 412,
      detail: "Somebody changed it.",
      code: "stale",
      request_id: "r1",
      errors: [{ path: "input_price", message: "A price cannot be negative" }],
      current: { etag: "e2" },
    };
    const base = await serve((_, response) => {
      response.writeHead(412, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(problem));
    });
    const error = await failure(apiFetch(base));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toHaveProperty("problem", problem);
  });

  it("says what it knows when something else than the API refuses", async () => {
    const base = await serve((_, response) => {
      response.writeHead(502, { "content-type": "text/html" });
      response.end("<h1>Bad gateway</h1>");
    });
    const error = await failure(apiFetch(base));
    expect(error).toBeInstanceOf(ApiError);
    expect(String(error)).toContain("502");
    expect(String(error)).not.toContain("<h1>");
  });

  it("answers undefined for an empty answer", async () => {
    const base = await serve((_, response) => response.writeHead(204).end());
    expect(await apiFetch(base, { method: "DELETE" })).toBeUndefined();
  });

  it("tells a connection that broke from a refusal", async () => {
    const base = await serve((request) => request.socket.destroy());
    expect(await failure(apiFetch(base))).toBeInstanceOf(NetworkError);
  });

  it("passes the reason on when the caller stops it", async () => {
    const stop = new AbortController();
    const base = await serve(() => stop.abort(new Error("stopped by the reader")));
    const error = await failure(apiFetch(base, { signal: stop.signal }));
    expect(String(error)).toContain("stopped by the reader");
  });
});
