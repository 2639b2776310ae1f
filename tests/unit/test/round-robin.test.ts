import { Agent, createServer, request } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "@/tests/support/listen";
import { startRoundRobin } from "../../support/round-robin";

test("the load balancer of the tests leaves it to its clients to close idle connections", async () => {
  const copy = createServer({ keepAliveTimeout: 125_000 }, (_request, response) => {
    response.end("answered");
  });
  const port = await listen(copy);
  const balancer = await startRoundRobin(() => [port]);
  onTestFinished(() => {
    balancer.stop();
    copy.closeAllConnections();
    copy.close();
  });
  const response = await fetch(balancer.url);
  expect(await response.text()).toBe("answered");
  expect(response.headers.get("keep-alive")).toBeNull();
});

test("a client's next request isn't stuck behind a body that a copy refused", async () => {
  const copy = createServer((_request, response) => {
    response.writeHead(413).end("refused");
  });
  const port = await listen(copy);
  const balancer = await startRoundRobin(() => [port]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
    balancer.stop();
    copy.closeAllConnections();
    copy.close();
  });
  const send = (body: Buffer) =>
    new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(balancer.url, { method: "POST", agent }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  for (let turn = 0; turn < 3; turn += 1) expect(await send(Buffer.alloc(9_000_000))).toBe(413);
});
