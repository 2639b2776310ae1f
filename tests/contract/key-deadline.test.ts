import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { providers } from "@/lib/providers/schema";
import type { Fault } from "../support/fault-proxy";
import { actor, type Copy, outcomeOf, type Platform, servicesForFile } from "../support/services";

const services = servicesForFile({ concurrent: true });

/** The deadline of a change, and time for the machine; without it, the SDK's attempts take 30 s. */
const deadlineMs = 15_000 + 10_000;
/** A change may also wait for its last step, and look whether that happened. */
const unknownMs = deadlineMs + 13_000;

const hang: Fault = () => new Promise(() => {});
const hangAfterForward: Fault = async ({ forward }) => {
  await forward();
  await hang({} as never); // It uses nothing of the exchange.
};

const newKey = "sk-new-Tq7Xw9Zr2Lm4";
const stored = { OPENAI_API_KEY: "sk-old-1", ANTHROPIC_API_KEY: "sk-old-2" };

async function start() {
  const platform = await services.newPlatform(stored);
  return { platform, copy: await platform.copy() };
}

const onSecret = (platform: Platform, operation: string, more: object = {}) => ({
  operation,
  containing: platform.secretId,
  ...more,
});

async function timed(copy: Copy, change: Promise<unknown>) {
  const startedAt = performance.now();
  const outcome = await outcomeOf(copy, change);
  return { ...outcome, ms: performance.now() - startedAt };
}

/** Six changes at once, of all providers. */
const changeAll = (copy: Copy, some = providers) =>
  some.map(({ id }) => timed(copy, copy.updateKey(actor(), id, { api_key: newKey })));

async function pendingEvents(platform: Platform) {
  const rows = await platform.scan(platform.tables.management);
  return rows.filter(({ outcome }) => outcome?.S === "pending");
}

describe.concurrent("while Secrets Manager hangs", () => {
  test.each(["GetSecretValue", "PutSecretValue"])(
    "six changes at once end within the deadline and say that nothing was saved: %s",
    async (operation) => {
      const { platform, copy } = await start();
      const restore = services.proxy.inject(onSecret(platform, operation), hang);
      const outcomes = await Promise.all(changeAll(copy));
      for (const { code, message, error, ms } of outcomes) {
        expect(code).toBe("aws_unavailable");
        expect(message).toContain("Nothing was saved");
        expect(error?.extra).toMatchObject({ saved: "no" });
        expect(ms).toBeLessThan(deadlineMs);
      }
      restore();
      await delay(1_000);
      expect(JSON.parse(await platform.secretText())).toEqual(stored);
      expect(await pendingEvents(platform)).toEqual([]);
      await copy.updateKey(actor(), "openai", { api_key: newKey });
      expect(await platform.secretText()).toContain(newKey);
    },
  );

  test("changes on two copies end within the deadline", async () => {
    const { platform, copy } = await start();
    const other = await platform.copy();
    services.proxy.inject(onSecret(platform, "GetSecretValue"), hang);
    const changes = [copy, other].flatMap((console) => changeAll(console, providers.slice(0, 3)));
    for (const { error, ms } of await Promise.all(changes)) {
      expect(error?.extra).toMatchObject({ saved: "no" });
      expect(ms).toBeLessThan(deadlineMs);
    }
  });

  test("a change whose caller has disconnected is dropped before it is written", async () => {
    const { platform, copy } = await start();
    const restore = services.proxy.inject(onSecret(platform, "GetSecretValue"), hang);
    const first = copy.updateKey(actor(), "anthropic", { api_key: "sk-other-1" });
    const caller = new AbortController();
    const { signal } = caller;
    const dropped = outcomeOf(
      copy,
      copy.updateKey(actor(), "openai", { api_key: newKey }, { signal }),
    );
    await delay(500);
    caller.abort();
    // The first, which began earlier, is still waiting for its deadline.
    const ended = await Promise.race([dropped, first.catch(() => null)]);
    expect(ended).toMatchObject({ error: { extra: { saved: "no" } } });
    restore();
    // It may succeed at a second attempt of the SDK.
    await first.catch(() => undefined);
    await copy.updateKey(actor(), "google", { api_key: "sk-other-2" });
    expect(await platform.secretText()).not.toContain(newKey);
    expect(await platform.secretText()).toContain("sk-other-2");
  });

  test("a last step that was done without an answer counts as saved", async () => {
    const { platform, copy } = await start();
    const match = onSecret(platform, "UpdateSecretVersionStage", { nth: 1 });
    services.proxy.inject(match, hangAfterForward);
    const { code, ms } = await timed(copy, copy.updateKey(actor(), "openai", { api_key: newKey }));
    expect(code).toBe("done");
    expect(ms).toBeLessThan(unknownMs);
    expect(await platform.secretText()).toContain(newKey);
  });

  test("a last step without an answer that nobody can look up is reported as unknown", async () => {
    const { platform, copy } = await start();
    for (const operation of ["UpdateSecretVersionStage", "DescribeSecret"])
      services.proxy.inject(onSecret(platform, operation), hang);
    const { error, message, ms } = await timed(
      copy,
      copy.updateKey(actor(), "openai", { api_key: newKey }),
    );
    expect(error?.extra).toMatchObject({ saved: "unknown" });
    expect(message).toMatch(/isn't known whether/);
    expect(ms).toBeLessThan(unknownMs);
  });

  test("a saved key is reported as saved although its history can't be completed", async () => {
    const { platform, copy } = await start();
    const restore = services.proxy.inject(onSecret(platform, "GetSecretValue", { from: 3 }), hang);
    const { code, ms } = await timed(copy, copy.updateKey(actor(), "openai", { api_key: newKey }));
    expect(code).toBe("done");
    expect(ms).toBeLessThan(unknownMs);
    restore();
    await copy.updateKey(actor(), "anthropic", { api_key: "sk-other-3" });
    expect(await pendingEvents(platform)).toEqual([]);
  });

  test("a test of the stored key ends", async () => {
    const { platform, copy } = await start();
    services.proxy.inject(onSecret(platform, "GetSecretValue"), hang);
    const { signal } = new AbortController();
    const { code, message, ms } = await timed(copy, copy.testKey("openai", {}, signal));
    expect(code).toBe("aws_unavailable");
    expect(message).toContain("wasn't tested");
    expect(ms).toBeLessThan(deadlineMs);
  });
});
