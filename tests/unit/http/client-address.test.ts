import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const variables = {
  AWS_REGION: "eu-west-1",
  NEXTAUTH_URL: "http://localhost:3000",
  NEXTAUTH_SECRET: "x".repeat(32),
};

beforeEach(() => {
  vi.resetModules();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

async function addressOf(forwarded: string, hops: string) {
  vi.stubEnv("TRUSTED_PROXIES", hops);
  const { clientAddress } = await import("@/lib/http/client-address");
  const headers = { "x-forwarded-for": forwarded };
  return clientAddress(new Request("http://localhost/", { headers }));
}

describe("the address that sign-ins are counted by", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["2001:db8:0:1:aaaa:bbbb:cccc:dddd", "2001:db8:0:1::/64"],
    ["2001:db8:0:1::2", "2001:db8:0:1::/64"],
    ["2001:DB8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
    ["", "unknown"],
    ["nonsense", "unknown"],
    ["203.0.113.7:443", "unknown"],
  ])("of %s is %s", async (forwarded, network) => {
    expect(await addressOf(forwarded, "1")).toBe(network);
  });

  it.each([
    ["10.0.0.1, 203.0.113.7", "1"],
    ["10.0.0.1, 203.0.113.7, 198.51.100.2", "2"],
  ])("is the entry of %s that our own %s proxies wrote, from the end", async (forwarded, hops) => {
    expect(await addressOf(forwarded, hops)).toBe("203.0.113.7");
  });

  it("ignores the client's header without a proxy", async () => {
    vi.stubEnv("TRUSTED_PROXIES", "0");
    const { dropUntrusted } = await import("@/lib/http/client-address");
    const headers: Record<string, string> = { "x-forwarded-for": "203.0.113.7", host: "here" };
    dropUntrusted(headers);
    expect(headers).toEqual({ host: "here" });
  });
});
