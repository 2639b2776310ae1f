import { createServer } from "node:http";
import { listen } from "./listen";

/** An OpenAI-compatible upstream that sends one token and waits for `release` to send the rest. */
export async function startPausedUpstream() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = createServer(async (request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (choice: object) => response.write(`data: ${chunk(choice)}\n\n`);
    send({ delta: { content: "first" }, finish_reason: null });
    await released;
    send({ delta: { content: " last" }, finish_reason: null });
    send({ delta: {}, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  });
  const port = await listen(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    release,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function chunk(choice: object): string {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
  return JSON.stringify({ ...head, choices: [{ index: 0, ...choice }] });
}
