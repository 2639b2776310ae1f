import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { tryLock } from "../../scripts/launch/file-lock.mjs";
import { launchCommand, launchScript, type Variables } from "../support/launched";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchboard-refusals-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const newPath = () => join(folder, `data-${++count}`);

/** Runs a start that must fail. @returns its exit code and the last line that it printed */
async function runRefused(env: Variables, script = "start") {
  const launched = launchScript(script, { DATA_DIR: newPath(), ...env });
  const code = await launched.exit;
  return { code, message: launched.output().trim().split("\n").at(-1) ?? "" };
}

async function occupy(host: string): Promise<number> {
  const server: Server = createServer().listen(0, host);
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("A TCP server has a port");
  return address.port;
}

describe("a port", () => {
  test.for(["PORT", "EMBEDDED_AWS_PORT", "SIMULATOR_PORT"])(
    "that another program uses is reported with the variable %s",
    async (variable) => {
      const port = await occupy("127.0.0.1");
      expect(await runRefused({ [variable]: String(port) })).toEqual({
        code: 1,
        message: `Port ${port} is in use by another program; stop that program or set ${variable} to another port.`,
      });
    },
  );
});

describe("a data folder", () => {
  test("that another start uses is rejected with that process's id", async () => {
    const DATA_DIR = newPath();
    const lock = tryLock(join(DATA_DIR, "lock"));
    if (!("release" in lock)) throw new Error("Another process has this lock");
    const { code, message } = await runRefused({ DATA_DIR });
    lock.release();
    expect(code).toBe(1);
    expect(message).toContain(
      `${DATA_DIR} is in use by another npm start (process ${process.pid})`,
    );
  });

  test("with damaged tables is rejected", async () => {
    const DATA_DIR = newPath();
    await mkdir(join(DATA_DIR, "aws/dynamodb"), { recursive: true });
    await writeFile(join(DATA_DIR, "aws/dynamodb/CURRENT"), "no manifest");
    const marker = { format: 1, seed: "default", populated_at: "2026-11-22T10:00:00.000Z" };
    await writeFile(join(DATA_DIR, "switchboard.json"), JSON.stringify(marker));
    const { code, message } = await runRefused({ DATA_DIR });
    expect(code).toBe(1);
    expect(message).toContain(`${DATA_DIR}/aws/dynamodb cannot be read`);
  });
});

describe("SEED", () => {
  test("that names no file is rejected before anything is written", async () => {
    const SEED = join(folder, "nowhere.json");
    const { code, message } = await runRefused({ SEED });
    expect(code).toBe(1);
    expect(message).toContain(`SEED names ${SEED}, which is not a readable JSON file`);
  });
});

test("an invalid variable is named without its value", async () => {
  const launched = launchScript("start", { DATA_DIR: newPath(), LOCAL_ADMIN_TOKEN: "short" });
  expect(await launched.exit).toBe(1);
  expect(launched.output()).toContain("LOCAL_ADMIN_TOKEN: must be at least 8 characters");
  expect(launched.output()).not.toContain('"short"');
});

test("start:aws without a region names the variable to set", async () => {
  const missing = join(folder, "no-profile");
  const { code, message } = await runRefused(
    { AWS_CONFIG_FILE: missing, AWS_SHARED_CREDENTIALS_FILE: missing },
    "start-aws",
  );
  expect(code).toBe(1);
  expect(message).toBe(
    "No AWS region is known; set AWS_REGION, for example AWS_REGION=eu-west-1 npm run start:aws.",
  );
});

test("an outdated Node is rejected in one sentence", async () => {
  const older = join(folder, "older.mjs");
  await writeFile(older, 'Object.defineProperty(process.versions, "node", { value: "18.19.1" });');
  const launched = launchCommand(process.execPath, [
    ...["--import", pathToFileURL(older).href],
    ...["scripts/bootstrap.mjs", "scripts/start.ts"],
  ]);
  expect(await launched.exit).toBe(1);
  expect(launched.output()).toBe("Switchboard needs Node 20.19 or newer; this is Node 18.19.1.\n");
});
