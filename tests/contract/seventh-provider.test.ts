import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ReplayServer, startReplay } from "@/tests/support/replay-server";

const run = promisify(execFile);
let upstream: ReplayServer;
let copy: string;

const page = "https://acme.example";
const row = {
  id: "acme",
  aliases: ["roadrunner"],
  name: "Acme",
  secret_key_name: "ACME_API_KEY",
};
const details = {
  good_for: "Rockets and anvils, delivered at once.",
  links: { keys: page, models: page, prices: page, limits: page, errors: page, status: page },
  endpoint: "https://api.acme.example/v1/chat/completions",
  base_url_variable: "ACME_BASE_URL",
  catalog_id: "mistral",
};

const variable = 'ACME_BASE_URL: url.default("https://api.acme.example/v1"),';
const entry = 'acme: () => openaiProtocol("max_tokens", "openaiModels"),';

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
const answer = {
  object: "chat.completion",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Beep" } }],
  usage,
};

beforeAll(async () => {
  upstream = await startReplay(({ path }) => ({
    headers: { "content-type": "application/json" },
    body: [JSON.stringify(path === "/v1/models" ? { data: [{ id: "rocket-1" }] } : answer)],
  }));
  copy = mkdtempSync(join(tmpdir(), "seventh-"));
  for (const part of ["lib", "scripts", "tests/support", "package.json", "tsconfig.json"]) {
    cpSync(part, join(copy, part), { recursive: true });
  }
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
});

afterAll(async () => {
  await upstream?.stop();
  if (copy) rmSync(copy, { recursive: true });
});

function insertBefore(path: string, mark: string, line: string) {
  const file = join(copy, path);
  const source = readFileSync(file, "utf8");
  if (!source.includes(mark)) throw new Error(`${path} has no "${mark}"`);
  writeFileSync(file, source.replace(mark, `${line}\n${mark}`));
}

test("a further provider is a row, its details, an entry in the registry and a variable", async () => {
  insertBefore("lib/provider-names.ts", "] as const satisfies", `${JSON.stringify(row)},`);
  insertBefore("lib/providers/rules/details.ts", "} as const", `acme: ${JSON.stringify(details)},`);
  insertBefore("lib/providers/registry.ts", "deepseek:", entry);
  insertBefore("lib/env.ts", "DEEPSEEK_BASE_URL:", variable);

  const args = ["--conditions=react-server", "--import", "tsx", "tests/support/seventh-process.ts"];
  const variables = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    NODE_ENV: "test" as const,
    AWS_REGION: "eu-west-1",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: "a-secret-of-thirty-two-characters",
    ACME_BASE_URL: `${upstream.url}/v1`,
  };
  const { stdout } = await run(process.execPath, [...args, "acme"], { cwd: copy, env: variables });
  expect(JSON.parse(stdout)).toEqual({
    row: { name: "Acme", secret_key_name: "ACME_API_KEY", endpoint: details.endpoint },
    names: ["acme", "acme"],
    fallback: "https://api.acme.example/v1",
    upstream: `${upstream.url}/v1`,
    // The simulator does not play it, and the provider must not get a key of the sandbox.
    sandbox: false,
    priced: true,
    answer: "Beep",
    listed: ["rocket-1"],
    verdict: "verified",
  });
  for (const { headers } of upstream.requests) {
    expect(headers.authorization).toBe("Bearer key-of-the-test");
  }
});
