import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, apiFetch, NetworkError } from "@/lib/api/client";

const closers: (() => void)[] = [];
afterEach(() => {
  vi.unstubAllGlobals();
  for (const close of closers.splice(0)) close();
});

/** A server of this test alone, which answers every call of the API. */
async function serve(listener: RequestListener): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) =>
    real(`http://127.0.0.1:${port}${path}`, init),
  );
}

const failure = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable("it should have been refused"),
    (error: unknown) => error,
  );

describe("the browser's client of the API", () => {
  it("sends JSON with the etag of the record that the change was made on", async () => {
    await serve(async (request, response) => {
      const chunks = await request.toArray();
      const { method, url, headers } = request;
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ method, url, match: headers["if-match"], body }));
    });
    const answer = await apiFetch("updateModel", {
      params: { provider: "openai", modelId: "ft:gpt/4o" },
      body: { is_active: true },
      ifMatch: "e1",
    });
    expect(answer).toEqual({
      method: "PATCH",
      url: "/api/models/openai/ft%3Agpt%2F4o",
      match: '"e1"',
      body: { is_active: true },
    });
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
    await serve((_, response) => {
      response.writeHead(412, { "content-type": "application/problem+json" });
      response.end(JSON.stringify(problem));
    });
    const error = await failure(apiFetch("listModels"));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toHaveProperty("problem", problem);
  });

  it("describes an answer that isn't the API's", async () => {
    await serve((_, response) => {
      response.writeHead(502, { "content-type": "text/html" });
      response.end("<h1>Bad gateway</h1>");
    });
    const error = await failure(apiFetch("listModels"));
    expect(error).toBeInstanceOf(ApiError);
    expect(String(error)).toContain("502");
    expect(String(error)).not.toContain("<h1>");
  });

  it("answers undefined for an empty answer", async () => {
    await serve((_, response) => response.writeHead(204).end());
    expect(await apiFetch("deletePastRuns")).toBeUndefined();
  });

  it("distinguishes a broken connection from a refusal", async () => {
    await serve((request) => request.socket.destroy());
    expect(await failure(apiFetch("listModels"))).toBeInstanceOf(NetworkError);
  });

  it("rejects with the caller's reason when aborted", async () => {
    const stop = new AbortController();
    await serve(() => stop.abort(new Error("stopped by the reader")));
    const error = await failure(apiFetch("listModels", { signal: stop.signal }));
    expect(String(error)).toContain("stopped by the reader");
  });
});
