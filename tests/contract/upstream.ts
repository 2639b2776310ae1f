import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { listen } from "@/tests/support/listen";

export type UpstreamCall = {
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Resolves when the connection of this call was closed, by whoever. */
  closed: Promise<void>;
};

type Usage = { prompt_tokens: number; completion_tokens: number; cached_tokens: number };

/** A provider of the test's own behind the simulator: notes what arrives, in the way OpenAI answers. */
export async function startUpstream() {
  const calls: UpstreamCall[] = [];
  const behaviour = {
    /** `forever`: a chunk every 20 ms without end; `silent`: never anything. */
    answer: "whole" as "whole" | "forever" | "silent" | "unauthorized",
    usage: { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 0 } as Usage,
  };
  const arrived: (() => void)[] = [];

  const server = createServer(async (request, response) => {
    const closed = new Promise<void>((resolve) => response.once("close", () => resolve()));
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    calls.push({ url: request.url ?? "", headers: request.headers, body, closed });
    for (const notify of arrived.splice(0)) notify();
    answer(response, body.includes('"stream":true'));
  });

  function answer(response: ServerResponse, streams: boolean): void {
    if (behaviour.answer === "silent") return;
    if (behaviour.answer === "unauthorized") {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "No.", code: "invalid_api_key" } }));
      return;
    }
    if (!streams) {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(wholeAnswer(usageOf(behaviour.usage))));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const chunk = (content: string) => response.write(line(chunkOf({ content }, null)));
    chunk("Hello");
    if (behaviour.answer === "forever") {
      const timer = setInterval(() => chunk(" and"), 20);
      response.once("close", () => clearInterval(timer));
      return;
    }
    response.write(line(chunkOf({}, "stop")));
    response.write(line({ ...chunkOf({}, null), choices: [], usage: usageOf(behaviour.usage) }));
    response.end("data: [DONE]\n\n");
  }

  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    behaviour,
    /** Resolves when the next call has arrived, with its body. */
    nextCall: () => new Promise<void>((resolve) => arrived.push(resolve)),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const line = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;

function chunkOf(delta: object, finish_reason: string | null) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion.chunk",
    created: 1,
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  };
}

function usageOf({ prompt_tokens, completion_tokens, cached_tokens }: Usage) {
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens },
  };
}

function wholeAnswer(usage: object) {
  const message = { role: "assistant", content: "Hello" };
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "m",
    choices: [{ index: 0, message, finish_reason: "stop" }],
    usage,
  };
}
