import "server-only";
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { env } from "@/lib/env";

/**
 * The network of a client, for rate limits: an IPv4 address, or the /64 of an IPv6 address, because
 * one customer usually has an entire /64. Anyone can send X-Forwarded-For, so only the entries that
 * our own proxies appended count. Next adds the connection's address if the header is absent.
 */
export function clientAddress(request: Request): string {
  const entries = (request.headers.get("x-forwarded-for") ?? "").split(",");
  return networkOf(entries.at(-Math.max(1, env().TRUSTED_PROXIES))?.trim() ?? "");
}

/** Drops the header if no proxy is trusted. Next then sets the connection's address. */
export function dropUntrusted(headers: IncomingHttpHeaders): void {
  if (env().TRUSTED_PROXIES === 0) delete headers["x-forwarded-for"];
}

/** The address itself for IPv4, a network such as `2001:db8:0:1::/64` for IPv6, otherwise "unknown". */
export function networkOf(address: string): string {
  const family = isIP(address);
  if (family !== 6) return family === 4 ? address : "unknown";
  const groups = groupsOf(address.split("%")[0] ?? "");
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight groups of a valid IPv6 address. URL writes embedded IPv4 as two of them. */
function groupsOf(address: string): number[] {
  const [front = "", back] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const read = (text = "") =>
    text === "" ? [] : text.split(":").map((part) => parseInt(part, 16));
  const [head, tail] = [read(front), read(back)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...zeros, ...tail];
}
