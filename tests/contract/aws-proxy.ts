import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type AwsCall = {
  /** Such as `UpdateSecretVersionStage`. */
  operation: string;
  body: Record<string, unknown>;
};

/** Stands between the app and the AWS endpoint, so that a test can act between two of its calls. */
export async function startAwsProxy(awsUrl: string) {
  const hooks = {
    /** Awaited before the call goes on to AWS. */
    before: async (_: AwsCall): Promise<void> => {},
    /** True: AWS does what was asked, and the answer is lost. */
    losesReply: (_: AwsCall): boolean => false,
  };

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const bytes = Buffer.concat(parts);
    const call = {
      operation: String(incoming.headers["x-amz-target"]).split(".").at(-1) ?? "",
      body: JSON.parse(bytes.toString() || "{}") as Record<string, unknown>, // AWS's JSON protocols.
    };
    await hooks.before(call);
    const outgoing = request(`${awsUrl}${incoming.url}`, {
      method: incoming.method,
      headers: incoming.headers,
    });
    outgoing.end(bytes);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage]; // Node's event.
    if (hooks.losesReply(call)) {
      answer.resume();
      await once(answer, "end");
      incoming.socket.destroy();
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  }

  const server = createServer((incoming, response) => void pass(incoming, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    hooks,
    reset() {
      hooks.before = async () => {};
      hooks.losesReply = () => false;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
