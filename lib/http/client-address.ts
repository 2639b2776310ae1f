import "server-only";
import { isIP } from "node:net";
import { env } from "@/lib/env";

/**
 * The address that a request came from, for counting. Everybody may send X-Forwarded-For; only the
 * entries that our own proxies added count, from its end. Next adds the connection's own address
 * when the header is absent.
 */
export function clientAddress(request: Request): string {
  const hops = env().TRUSTED_PROXIES;
  if (hops === 0) return "direct";
  const entries = (request.headers.get("x-forwarded-for") ?? "").split(",");
  const address = entries.at(-hops)?.trim() ?? "";
  return isIP(address) === 0 ? "unknown" : address;
}
