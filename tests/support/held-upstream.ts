import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A provider of OpenAI's protocol that says one word, and the rest when the test lets it. */
export async function startHeldUpstream() {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const server = createServer(async (request, response) => {
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (choice: object) => response.write(`data: ${chunk(choice)}\n\n`);
    send({ delta: { content: "first" }, finish_reason: null });
    await held;
    send({ delta: { content: " last" }, finish_reason: null });
    send({ delta: {}, finish_reason: "stop" });
    response.end("data: [DONE]\n\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    letGo,
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
