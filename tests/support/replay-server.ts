import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server answers, byte for byte, to every request. */
export type Replay = {
  status?: number;
  headers?: Record<string, string>;
  /** Nothing is sent, not even headers, when absent. */
  body?: (string | Uint8Array)[];
  /** After the body: end the answer, keep the connection open in silence, or break it. */
  finish?: "end" | "hang" | "break";
};

export type SeenRequest = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
};

export type ReplayServer = {
  url: string;
  requests: SeenRequest[];
  /** Resolves when a request has been read and the body of its answer has been written. */
  answered: Promise<void>;
  /** Resolves with `performance.now()` when the other side gives up an unfinished answer. */
  abandoned: Promise<number>;
  stop: () => Promise<void>;
};

/** A plain HTTP server on a free loopback port that replays one answer, or one by request. */
export async function startReplay(
  answer: Replay | ((request: SeenRequest) => Replay),
): Promise<ReplayServer> {
  const requests: SeenRequest[] = [];
  const answered = promised<void>();
  const abandoned = promised<number>();
  const server = createServer(async (request, response) => {
    response.on("close", () => {
      if (!response.writableFinished) abandoned.resolve(performance.now());
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const seen: SeenRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    requests.push(seen);
    const replay = typeof answer === "function" ? answer(seen) : answer;
    if (replay.body) {
      response.writeHead(replay.status ?? 200, replay.headers);
      response.flushHeaders();
      for (const piece of replay.body) {
        await new Promise((written) => response.write(piece, written));
      }
    }
    answered.resolve();
    if (replay.finish === "break") response.destroy();
    else if (replay.body && replay.finish !== "hang") response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server's address is never a pipe name.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answered: answered.promise,
    abandoned: abandoned.promise,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function promised<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
