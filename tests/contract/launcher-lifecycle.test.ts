import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { isListening, type Launched, launchCommand, launchScript } from "../support/launched";
import { signInWithToken } from "../support/sign-in";
import { type Stack, startStack } from "../support/stack";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchboard-lifecycle-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const newPath = () => join(folder, `data-${++count}`);

/** The three addresses that a start prints. */
function addresses(launched: Launched): string[] {
  const found = launched.output().match(/http:\/\/(localhost|127\.0\.0\.1):\d+/g) ?? [];
  return [...new Set(found)];
}

async function listening(urls: string[]): Promise<string[]> {
  const answers = await Promise.all(urls.map(isListening));
  return urls.filter((_, index) => answers[index]);
}

const waitUntilClosed = (urls: string[]) =>
  vi.waitFor(async () => expect(await listening(urls)).toEqual([]), { timeout: 60_000 });

/** Reads /proc, because `ps` may be missing on Debian. */
function childOf(pid: number, command: string): number {
  const children = readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
      return (
        Number(parent) === pid && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(command)
      );
    } catch {
      // The process has ended.
      return false;
    }
  });
  const [child] = children;
  if (!child) throw new Error(`Process ${pid} has no child "${command}"`);
  return Number(child);
}

describe("npm start", () => {
  test.for(["SIGTERM", "SIGINT"] as const)("stops cleanly on %s", async (signal) => {
    const launched = launchCommand("npm", ["start", "--", "--no-env-file"], {
      DATA_DIR: newPath(),
      SEED: "none",
    });
    await launched.ready;
    const urls = addresses(launched);
    expect(await listening(urls)).toHaveLength(3);
    launched.kill(signal);
    expect(await launched.exit).toBe(0);
    expect(await listening(urls)).toEqual([]);
  });

  test("ends all its children when it is killed", async () => {
    const launched = launchCommand("npm", ["start", "--", "--no-env-file"], {
      DATA_DIR: newPath(),
      SEED: "none",
    });
    await launched.ready;
    launched.kill("SIGKILL");
    await waitUntilClosed(addresses(launched));
  });

  test("exits with a message when the app dies", async () => {
    const launched = launchScript("start", { DATA_DIR: newPath(), SEED: "none" });
    await launched.ready;
    process.kill(childOf(launched.pid, "next-server"), "SIGKILL");
    expect(await launched.exit).toBe(1);
    expect(launched.output()).toContain("The app ended unexpectedly (signal SIGKILL)");
    expect(await listening(addresses(launched))).toEqual([]);
  });
});

describe("data", () => {
  const key = { pk: { S: "openai#kept" } };

  async function models(stack: Stack): Promise<number> {
    const command = new ScanCommand({ TableName: "LLMModels-prod", Select: "COUNT" });
    return (await stack.dynamodb.send(command)).Count ?? 0;
  }

  test("that was acknowledged survives SIGKILL, whatever SEED says at the next start", async () => {
    const dataDir = newPath();
    const before = await startStack({ dataDir, seed: "none" });
    expect(await models(before)).toBe(0);
    const Item = { ...key, provider: { S: "openai" }, model_id: { S: "kept" } };
    await before.dynamodb.send(new PutItemCommand({ TableName: "LLMModels-prod", Item }));
    await before.kill();
    const after = await startStack({ dataDir, seed: "default" });
    const found = await after.dynamodb.send(
      new GetItemCommand({ TableName: "LLMModels-prod", Key: key, ConsistentRead: true }),
    );
    expect(found.Item).toEqual(Item);
    expect(await models(after)).toBe(1);
    await after.stop();
  });

  /** The number of models after a population that nothing disturbs. */
  async function sampleModels(): Promise<number> {
    const stack = await startStack({ dataDir: newPath() });
    const count = await models(stack);
    await stack.stop();
    return count;
  }

  test("is completed after its population was killed", async () => {
    const expected = await sampleModels();
    const dataDir = newPath();
    const launched = launchScript("start", { DATA_DIR: dataDir });
    await vi.waitFor(() => expect(launched.output()).toContain("Data: populating"), {
      timeout: 60_000,
      interval: 1,
    });
    launched.kill("SIGKILL");
    await launched.exit;
    const again = await startStack({ dataDir });
    expect(await models(again)).toBe(expected);
    const secret = new GetSecretValueCommand({ SecretId: "/ai-agent/llm-secrets/prod" });
    const { SecretString = "" } = await again.secretsManager.send(secret);
    expect(JSON.parse(SecretString).OPENAI_API_KEY).toMatch(/^sandbox-/);
    await again.stop();
  });
});

describe("the printed links", () => {
  const secret = "a session secret that must stay hidden";
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ seed: "none", env: { NEXTAUTH_SECRET: secret } });
  });

  afterAll(() => stack.stop());

  async function session(cookie: string): Promise<unknown> {
    const response = await fetch(`${stack.url}/api/auth/session`, { headers: { cookie } });
    return response.json();
  }

  test("sign in an admin and a viewer", async () => {
    const lines = stack.output().split("\n");
    expect(lines.filter((line) => line.startsWith("Sign in:"))).toEqual([
      `Sign in: ${stack.url}/sign-in#token=${stack.adminToken}`,
    ]);
    expect(lines).toContain(`Viewer link: ${stack.url}/sign-in#token=${stack.viewerToken}`);
    expect(await session(await stack.signIn("admin"))).toMatchObject({ user: { role: "admin" } });
    expect(await session(await stack.signIn("viewer"))).toMatchObject({ user: { role: "viewer" } });
  });

  test("are the only way in", async () => {
    await expect(signInWithToken(stack.url, "guessed-token")).rejects.toThrow("401");
  });

  test("are the only secrets in the output", async () => {
    await stack.signIn("admin");
    expect(stack.output()).not.toContain(secret);
    expect(stack.output().split(stack.adminToken)).toHaveLength(2);
  });
});
