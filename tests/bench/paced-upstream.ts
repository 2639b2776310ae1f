import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { listen } from "@/tests/support/listen";

const tokens = 20;

type Pace = { firstMs: number; betweenMs: number };

/** A provider that streams 20 tokens in OpenAI's protocol: the first after 30 ms, then every 5 ms. */
export async function startPacedUpstream(pace: Pace = { firstMs: 30, betweenMs: 5 }) {
  const server = createServer(async (request, response) => {
    request.resume();
    await once(request, "end");
    await stream(response, pace);
  });
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function stream(response: ServerResponse, { firstMs, betweenMs }: Pace): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for (let token = 0; token < tokens; token += 1) {
    const ms = token === 0 ? firstMs : betweenMs;
    if (ms > 0) await delay(ms);
    response.write(event({ choices: [choice({ content: ` word${token}` }, null)] }));
  }
  response.write(event({ choices: [choice({}, "stop")] }));
  const usage = { prompt_tokens: 9, completion_tokens: tokens, total_tokens: 9 + tokens };
  response.write(event({ choices: [], usage }));
  response.end("data: [DONE]\n\n");
}

function choice(delta: object, finish_reason: string | null) {
  return { index: 0, delta, finish_reason };
}

function event(data: object): string {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
  return `data: ${JSON.stringify({ ...head, ...data })}\n\n`;
}
