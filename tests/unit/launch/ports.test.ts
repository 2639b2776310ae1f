import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { assertPortsFree, freePort } from "@/scripts/launch/ports";

async function occupy(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("A TCP server has a port");
  return address.port;
}

test.each(["127.0.0.1", "::1"])("a port that is used on %s is in use", async (host) => {
  const port = await occupy(host);
  await expect(assertPortsFree([{ variable: "PORT", port }], 0)).rejects.toThrow(
    `Port ${port} is in use by another program; stop that program or set PORT to another port.`,
  );
});

test("a port that is released in time is free", async () => {
  const port = await freePort();
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  const assertion = assertPortsFree([{ variable: "PORT", port }], 60_000);
  server.close();
  await assertion;
});

test("two servers cannot use one port", async () => {
  const port = await freePort();
  const settings = [
    { variable: "PORT", port },
    { variable: "SIMULATOR_PORT", port },
  ];
  await expect(assertPortsFree(settings, 0)).rejects.toThrow(
    `PORT and SIMULATOR_PORT are both ${port}; change one of them.`,
  );
});
