import { createServer, type IncomingHttpHeaders } from "node:http";
import { listen } from "./listen";

/** A response, byte for byte. */
export type Replay = {
  status?: number;
  headers?: Record<string, string>;
  /** Without a body nothing is sent, not even headers. */
  body?: (string | Uint8Array)[];
  /** After the body: end the response, keep the connection open, or close it. */
  finish?: "end" | "hang" | "break";
};

export type ReceivedRequest = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
};

export type ReplayServer = {
  url: string;
  requests: ReceivedRequest[];
  /** Resolves when a request has been read and its response's body has been written. */
  answered: Promise<void>;
  /** Resolves when the client aborts an unfinished response. */
  abandoned: Promise<void>;
  stop: () => Promise<void>;
};

/** An HTTP server on a free loopback port that replays one response, or one per request. */
export async function startReplay(
  answer: Replay | ((request: ReceivedRequest) => Replay),
): Promise<ReplayServer> {
  const requests: ReceivedRequest[] = [];
  const answered = deferred<void>();
  const abandoned = deferred<void>();
  const server = createServer(async (request, response) => {
    response.on("close", () => {
      if (!response.writableFinished) abandoned.resolve();
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const received: ReceivedRequest = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    requests.push(received);
    const replay = typeof answer === "function" ? answer(received) : answer;
    if (replay.body) {
      response.writeHead(replay.status ?? 200, replay.headers);
      response.flushHeaders();
      for (const chunk of replay.body) {
        await new Promise((written) => response.write(chunk, written));
      }
    }
    answered.resolve();
    if (replay.finish === "break") response.destroy();
    else if (replay.body && replay.finish !== "hang") response.end();
  });
  const port = await listen(server);
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

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
