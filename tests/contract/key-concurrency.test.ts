import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { providers } from "@/lib/providers/schema";
import { between } from "../support/fault-proxy";
import { type Platform, servicesForFile } from "../support/services";
import { signInWithToken } from "../support/sign-in";
import { Caller, type Json } from "./console";
import { startProcessAgainst } from "./console-process";

/** `KEY_RUNS=50` runs more; fifty take over a minute. */
const runs = Number(process.env.KEY_RUNS ?? 10);
/** Set by `startProcessAgainst`. */
const adminToken = "contract-admin";

const services = servicesForFile();
let platform: Platform;
let copies: Awaited<ReturnType<typeof startProcessAgainst>>[] = [];
/** Twelve sessions; six of them on each of two copies of the app. */
let admins: Caller[] = [];

beforeAll(async () => {
  platform = await services.newPlatform({ FOREIGN_NUMBER: 7, GOOGLE_API_KEY: "misnamed" });
  // All are one person, and the default limit of writes a minute is lower.
  const env = { ENV_NAME: platform.envName, RATE_LIMIT_KEYS: "10000" };
  copies = await Promise.all([1, 2].map(() => startProcessAgainst(services.proxy.url, env)));
  admins = await Promise.all(
    Array.from({ length: 12 }, async (_, index) => {
      const { url } = copies[index % 2] ?? { url: "" };
      return new Caller(url, await signInWithToken(url, adminToken));
    }),
  );
}, 400_000);

afterAll(async () => {
  await Promise.all(copies.map((copy) => copy.stop()));
});

type Write = { id: string; name: string; api_key: string; status: number; body: Json };

/** All six keys at once, each by two admins, while a script writes its own key. */
async function run(foreign: string): Promise<Write[]> {
  const turn = 1 + Math.floor(Math.random() * 12);
  let hasScriptWritten = false;
  const writeAsScript = async () => {
    hasScriptWritten = true;
    await platform.externalPut(foreign, "of a script");
  };
  const stopInjecting = services.proxy.inject(
    { operation: "UpdateSecretVersionStage", containing: '"AWSCURRENT"', nth: turn },
    between(writeAsScript),
  );
  const writes = admins.map(async (admin, index) => {
    const { id, secret_key_name: name } = providers[index % 6] as (typeof providers)[number]; // Six.
    const api_key = `sk-${foreign}-${index}-${randomBytes(8).toString("hex")}`;
    const { status, body } = await admin.put(`/api/providers/${id}/key`, { api_key });
    return { id, name, api_key, status, body };
  });
  const written = await Promise.all(writes);
  stopInjecting();
  // On a slow machine some admins give up before it's the script's turn.
  if (!hasScriptWritten) await writeAsScript();
  return written;
}

test(`twelve admins save all six keys at once, ${runs} times, without a loss`, async () => {
  const savedAt = new Map<string, number>();
  let saves = 0;
  for (let number = 1; number <= runs; number += 1) {
    const foreign = `SCRIPT_KEY_${number}`;
    const written = await run(foreign);
    const saved = written.filter(({ status }) => status === 200);
    saves += saved.length;
    // Whoever waits for longer than the deadline of a change learns that nothing was saved.
    for (const { status, body } of written) {
      if (status !== 200) expect(body).toMatchObject({ code: "aws_unavailable", saved: "no" });
    }
    const secret: Record<string, unknown> = JSON.parse(await platform.secretText());
    for (let earlier = 1; earlier <= number; earlier += 1) {
      expect(secret[`SCRIPT_KEY_${earlier}`]).toBe("of a script");
    }
    expect(secret).toMatchObject({ FOREIGN_NUMBER: 7, GOOGLE_API_KEY: "misnamed" });
    // On a slow machine a key can be saved before its history is complete.
    await vi.waitFor(async () => expect(await platform.query("key-intents")).toEqual([]), {
      timeout: 70_000,
      interval: 100,
    });
    for (const { id, secret_key_name: name } of providers) {
      const own = saved.filter((write) => write.id === id);
      const events = (await platform.events(`key:${id}`)).slice(savedAt.get(id) ?? 0);
      savedAt.set(id, (savedAt.get(id) ?? 0) + events.length);
      expect(events.map((event) => event.outcome?.S)).not.toContain("pending");
      const done = events.filter((event) => event.outcome?.S === "done");
      const lastFour = done.map((event) => event.after?.M?.last_four?.S ?? "");
      expect(lastFour.toSorted()).toEqual(own.map(({ api_key }) => api_key.slice(-4)).sort());
      if (own.length === 0) continue;
      expect(own.map(({ api_key }) => api_key)).toContain(secret[name]);
      expect(String(secret[name]).slice(-4)).toBe(lastFour.at(-1));
    }
  }
  expect(saves).toBeGreaterThan(runs);
}, 400_000);
