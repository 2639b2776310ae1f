import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startRoundRobin } from "../../support/round-robin";

test("the load balancer of the tests says how long it keeps a connection itself", async () => {
  const copy = createServer({ keepAliveTimeout: 125_000 }, (_request, response) => {
    response.end("answered");
  });
  copy.listen(0, "127.0.0.1");
  await once(copy, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = copy.address() as AddressInfo;
  const balancer = await startRoundRobin(() => [port]);
  onTestFinished(() => {
    balancer.stop();
    copy.closeAllConnections();
    copy.close();
  });
  const response = await fetch(balancer.url);
  expect(await response.text()).toBe("answered");
  expect(response.headers.get("keep-alive")).toBe("timeout=65");
});
