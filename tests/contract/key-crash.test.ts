import { beforeAll, describe, expect, test } from "vitest";
import { between, killAfterForward } from "../support/fault-proxy";
import { startServiceProcess } from "../support/service-processes";
import { actor, type Platform, servicesForFile } from "../support/services";

const former = { value: "sk-the-former-key-1111", at: "2026-11-01T10:00:00.000Z" };
const next = "sk-the-new-key-2222";
const secret = {
  FOREIGN: "stays",
  FOREIGN_NUMBER: 7,
  OPENAI_API_KEY: former.value,
  OPENAI_API_KEY_UPDATED_AT: former.at,
  OPENAI_API_KEY_PROVIDER: "openai",
  OPENAI_API_KEY_UPDATED_BY: "bob",
  ANTHROPIC_API_KEY: "sk-ant-stays",
  GEMINI_API_KEY: "gm-stays",
  AWS_BEARER_TOKEN_BEDROCK: "br-stays",
  XAI_API_KEY: "xai-stays",
  DEEPSEEK_API_KEY: "ds-stays",
};

const services = servicesForFile({ concurrent: true });

const start = ({ envName }: Platform, ...args: string[]) =>
  startServiceProcess(services.variables, envName, args);
const callsOf = ({ envName }: Platform) =>
  services.proxy.calls.filter((call) => call.body.includes(envName));

/** Updates a key in a process that is killed after its nth request was executed. */
async function updateAndDieAfter(platform: Platform, nth: number): Promise<void> {
  const writer = start(platform, "update-key", "openai", next);
  const match = { containing: platform.envName, nth };
  const stopInjecting = services.proxy.inject(match, killAfterForward(writer.kill));
  expect(await writer.exit, writer.errors()).toBe("SIGKILL");
  stopInjecting();
}

async function values(platform: Platform): Promise<Record<string, unknown>> {
  return JSON.parse(await platform.secretText());
}

/** Starts a server once the lease of the killed one has expired. */
async function recover(platform: Platform): Promise<void> {
  await platform.endLease();
  const copy = await platform.copy();
  await copy.recoverKeys();
}

async function events(platform: Platform): Promise<(string | undefined)[]> {
  return (await platform.events("key:openai")).map((event) => event.outcome?.S);
}

/** Asserts what holds after any crash; returns whether the key is the new one. */
async function expectTheTruth(platform: Platform, began: boolean): Promise<boolean> {
  const { OPENAI_API_KEY: value, ...others } = await values(platform);
  const isNew = value === next;
  expect(value).toBe(isNew ? next : former.value);
  expect(others).toMatchObject({
    FOREIGN: "stays",
    FOREIGN_NUMBER: 7,
    ANTHROPIC_API_KEY: "sk-ant-stays",
    DEEPSEEK_API_KEY: "ds-stays",
  });
  expect(Object.keys(others).length).toBe(Object.keys(secret).length - 1);
  expect(await platform.query("key-intents")).toEqual([]);
  expect(await events(platform)).toEqual(began ? [isNew ? "done" : "refused"] : []);
  return isNew;
}

/** The operations of a complete update, in order. */
let steps: string[] = [];

beforeAll(async () => {
  const platform = await services.newPlatform(secret);
  const writer = start(platform, "update-key", "openai", next);
  expect(await writer.exit, writer.errors()).toBe(0);
  steps = callsOf(platform).map((call) => call.operation);
});

describe("a process that is killed after a single step of a key update", () => {
  const limit = 20;
  const hasBegun = (nth: number) => steps.slice(0, nth).includes("TransactWriteItems");

  test.concurrent.each(Array.from({ length: limit }, (_, index) => index + 1))(
    "(%i) leaves a whole secret, and the next start tells the truth",
    async (nth) => {
      expect(steps.length).toBeLessThanOrEqual(limit);
      if (nth > steps.length) return;
      const platform = await services.newPlatform(secret);
      await updateAndDieAfter(platform, nth);
      const left = await values(platform);
      expect(Object.keys(left).sort()).toEqual(Object.keys(secret).sort());
      expect([former.value, next]).toContain(left.OPENAI_API_KEY);
      await recover(platform);
      if (!(await expectTheTruth(platform, hasBegun(nth)))) return;
      const copy = await platform.copy();
      await copy.rollbackKey(actor(), "openai");
      expect(await values(platform)).toMatchObject({
        OPENAI_API_KEY: former.value,
        FOREIGN: "stays",
      });
    },
  );
});

describe("after a crash", () => {
  /** Killed after the nth request of this name. */
  const dieAfter = async (operation: string, nth = 1) => {
    const platform = await services.newPlatform(secret);
    const index = steps.flatMap((step, at) => (step === operation ? [at + 1] : []))[nth - 1] ?? 0;
    await updateAndDieAfter(platform, index);
    return platform;
  };

  test("a process that starts recovers the change", async () => {
    const platform = await dieAfter("UpdateSecretVersionStage");
    await platform.endLease();
    const process = start(platform, "recover-keys");
    expect(await process.exit, process.errors()).toBe(0);
    expect(await expectTheTruth(platform, true)).toBe(true);
  });

  test("the next change of another key recovers it", async () => {
    const platform = await dieAfter("UpdateSecretVersionStage");
    await platform.endLease();
    const copy = await platform.copy();
    await copy.updateKey(actor(), "xai", { api_key: "xai-a-newer-key" });
    expect(await events(platform)).toEqual(["done"]);
    expect(await values(platform)).toMatchObject({
      OPENAI_API_KEY: next,
      XAI_API_KEY: "xai-a-newer-key",
    });
  });

  test("after a later write by a script, a change that wasn't applied is refused", async () => {
    const platform = await dieAfter("UpdateItem");
    await platform.externalPut("FOREIGN", "changed");
    await recover(platform);
    expect(await events(platform)).toEqual(["refused"]);
    expect(await values(platform)).toMatchObject({
      OPENAI_API_KEY: former.value,
      FOREIGN: "changed",
    });
  });

  test("after a later write by a script, an applied change is done and can be rolled back", async () => {
    const platform = await dieAfter("UpdateSecretVersionStage");
    await platform.externalPut("FOREIGN", "changed");
    await platform.externalPut("FOREIGN", "changed again");
    await recover(platform);
    expect(await events(platform)).toEqual(["done"]);
    const copy = await platform.copy();
    await copy.rollbackKey(actor(), "openai");
    expect(await values(platform)).toMatchObject({
      OPENAI_API_KEY: former.value,
      FOREIGN: "changed again",
    });
  });
});

test("a writer that outlives its lease gets a conflict and leaves nothing behind", async () => {
  const platform = await services.newPlatform(secret);
  const [slowCopy, quickCopy] = [await platform.copy(), await platform.copy()];
  const stopInjecting = services.proxy.inject(
    { operation: "UpdateItem", containing: platform.envName, nth: 1 },
    between(async () => {
      await platform.endLease();
      await quickCopy.updateKey(actor("bob"), "xai", { api_key: "xai-of-bob-3333" });
    }),
  );
  await expect(slowCopy.updateKey(actor(), "openai", { api_key: next })).rejects.toMatchObject({
    code: "conflict",
  });
  stopInjecting();
  expect(await platform.query("key-intents")).toEqual([]);
  expect(await events(platform)).toEqual(["refused"]);
  expect(await values(platform)).toMatchObject({
    OPENAI_API_KEY: former.value,
    XAI_API_KEY: "xai-of-bob-3333",
  });
});
