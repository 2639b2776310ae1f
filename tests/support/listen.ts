import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/** Makes a server listen on a free loopback port, and returns that port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an AddressInfo.
  return (server.address() as AddressInfo).port;
}
