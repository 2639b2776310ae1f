import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { ProviderFailure } from "@/lib/providers/errors";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { ask } from "@/tests/contract/providers/ask";
import { startReplay } from "@/tests/support/replay-server";

describe("a provider that cannot be reached", () => {
  const outside = { provider: "openai" as const, timeoutMs: 5000 };

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
    await new Promise<void>((listening) => plain.listen(0, "127.0.0.1", listening));
    const address = plain.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const failure = await failureAt(`https://127.0.0.1:${port}`, provider);
    expect(failure.code).toBe("unreachable");
    expect(failure.cause).toMatch(/TLS/);
    plain.close();
  });
});
