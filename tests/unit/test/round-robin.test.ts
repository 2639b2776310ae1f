import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "@/tests/support/listen";
import { startRoundRobin } from "../../support/round-robin";

test("the load balancer of the tests says how long it keeps a connection itself", async () => {
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
  expect(response.headers.get("keep-alive")).toBe("timeout=65");
});
