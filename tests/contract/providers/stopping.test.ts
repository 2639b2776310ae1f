import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { ProviderFailure } from "@/lib/providers/errors";
import { providerIds } from "@/lib/providers/schema";
import { ask } from "@/tests/contract/providers/ask";
import { answers, unfinished } from "@/tests/support/provider-answers";
import { type Replay, type ReplayServer, startReplay } from "@/tests/support/replay-server";

const DEADLINE_MS = 400;
/** Longer than a test: only the caller ends a call. */
const NEVER_MS = 600_000;
const servers: ReplayServer[] = [];

async function serve(replay: Replay): Promise<ReplayServer> {
  const server = await startReplay(replay);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe.each(providerIds)("stopping %s", (provider) => {
  const { streamed } = answers[provider];
  const middle: Replay = { ...unfinished(answers[provider]), finish: "hang" };

  it.each([true, false])(
    "before the first byte closes the connection (stream: %s)",
    async (stream) => {
      const server = await serve({ finish: "hang" });
      const controller = new AbortController();
      const reason = new Error("the person clicked Stop");
      const asking = { provider, call: { stream }, timeoutMs: NEVER_MS };
      const pending = ask(server, { ...asking, signal: controller.signal }).next();
      const rejected = expect(pending).rejects.toBe(reason);
      await server.answered;
      controller.abort(reason);
      await rejected;
      await server.abandoned;
    },
  );

  it("in the middle of the answer closes the connection", async () => {
    const server = await serve(middle);
    const controller = new AbortController();
    const { signal } = controller;
    const events = ask(server, { provider, timeoutMs: NEVER_MS, signal });
    expect(await events.next()).toMatchObject({ value: { type: "delta" } });
    controller.abort(new Error("enough"));
    await server.abandoned;
    await expect(events.next().then(() => events.next())).rejects.toThrow("enough");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("by leaving the loop closes the connection and leaves no listener", async () => {
    const server = await serve(middle);
    const controller = new AbortController();
    const { signal } = controller;
    for await (const event of ask(server, { provider, timeoutMs: NEVER_MS, signal })) {
      expect(event.type).toBe("delta");
      break;
    }
    await server.abandoned;
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("by returning the iterator during a pending next closes the connection", async () => {
    const server = await serve({ finish: "hang" });
    const events = ask(server, { provider, timeoutMs: NEVER_MS });
    const pending = events.next();
    await server.answered;
    await events.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    await server.abandoned;
  });

  it.each(["silence", "half an answer"])("happens at the deadline after %s", async (what) => {
    const server = await serve(what === "silence" ? { finish: "hang" } : middle);
    const startedAt = performance.now();
    const drain = async () => {
      for await (const event of ask(server, { provider, timeoutMs: DEADLINE_MS })) {
        expect(event.type).toBe("delta");
      }
    };
    const failure = await drain().catch((error: unknown) => error);
    const elapsed = performance.now() - startedAt;
    expect(failure).toBeInstanceOf(ProviderFailure);
    expect(failure).toMatchObject({
      code: "timeout",
      cause: expect.stringContaining("did not finish"),
    });
    // A timer is never early by more than its rounding; a loaded machine may be late.
    expect(elapsed).toBeGreaterThan(DEADLINE_MS - 5);
    await server.abandoned;
  });

  it("sends nothing when the signal has aborted before", async () => {
    const server = await serve(streamed);
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(ask(server, { provider, signal }).next()).rejects.toThrow("too late");
    expect(server.requests).toEqual([]);
  });

  it("leaves no listener after a complete answer", async () => {
    const server = await serve(streamed);
    const controller = new AbortController();
    for await (const event of ask(server, { provider, signal: controller.signal })) {
      expect(event.type).toMatch(/delta|end/);
    }
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });
});
