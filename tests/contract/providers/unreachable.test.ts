import { createServer as createTlsServer } from "node:https";
import { createServer, type Server } from "node:net";
import { describe, expect, it } from "vitest";
import { ProviderFailure } from "@/lib/providers/errors";
import { listModels } from "@/lib/providers/list-models";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { verifyKey } from "@/lib/providers/verify-key";
import { ask, canary, connectionTo } from "@/tests/contract/providers/ask";
import { startReplay } from "@/tests/support/replay-server";
import { selfSigned } from "@/tests/support/self-signed";

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

describe("a provider that cannot be reached", () => {
  // A resolver may take seconds to say that there is no such host.
  const outside = { provider: "openai" as const, timeoutMs: 100_000 };

  async function failureAt(url: string, provider: ProviderId = "openai"): Promise<ProviderFailure> {
    const events = ask({ url }, { ...outside, provider });
    return await events.next().then(
      () => Promise.reject(new Error("It answered")),
      (error: unknown) => (error instanceof ProviderFailure ? error : Promise.reject(error)),
    );
  }

  it.each(providerIds)("refuses the connection (%s)", async (provider) => {
    const server = await startReplay({});
    await server.stop();
    const failure = await failureAt(server.url, provider);
    expect(failure).toMatchObject({
      code: "unreachable",
      provider_status: null,
      provider_message: null,
    });
    expect(failure.cause).toMatch(/^127\.0\.0\.1:\d+ refuses connections/);
  });

  it.each(providerIds)("has no address (%s)", async (provider) => {
    const failure = await failureAt("http://no-such-host.invalid", provider);
    expect(failure.code).toBe("unreachable");
    expect(failure.cause).toContain("no-such-host.invalid");
  });

  it.each(["openai", "bedrock"] as const)("does not speak TLS (%s)", async (provider) => {
    const plain = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const port = await portOf(plain);
    const failure = await failureAt(`https://127.0.0.1:${port}`, provider);
    expect(failure.code).toBe("unreachable");
    expect(failure.cause).toMatch(/TLS/);
    plain.close();
  });

  it.each(providerIds)("shows an untrusted certificate (%s)", async (provider) => {
    let requests = 0;
    const server = createTlsServer(selfSigned, () => {
      requests += 1;
    });
    const port = await portOf(server);
    const failure = await failureAt(`https://127.0.0.1:${port}`, provider);
    server.close();
    expect(failure).toMatchObject({ code: "unreachable", provider_status: null });
    expect(failure.cause).toMatch(/certificate is not accepted/);
    expect(failure.fix).toMatch(/NODE_EXTRA_CA_CERTS/);
    // The handshake fails first: no request, so no key, has left.
    expect(requests).toBe(0);
  });

  it("gives the same failure for a list of models and a key verification", async () => {
    const connection = connectionTo({ url: "http://no-such-host.invalid" }, outside);
    const { signal } = new AbortController();
    await expect(listModels("openai", canary, signal, connection)).rejects.toMatchObject({
      code: "unreachable",
    });
    expect(await verifyKey("openai", canary, signal, { connection })).toMatchObject({
      outcome: "not_known",
      code: "unreachable",
    });
  });
});
