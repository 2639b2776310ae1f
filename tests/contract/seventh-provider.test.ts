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
  good_for: "Rockets and anvils, delivered at once.",
  links: { keys: page, models: page, prices: page, limits: page, errors: page, status: page },
  endpoint: "https://api.acme.example/v1/chat/completions",
  base_url: { variable: "ACME_BASE_URL", fallback: "https://api.acme.example/v1" },
  catalog_id: "mistral",
};

const adapter = `import "server-only";
import { openaiAdapter } from "@/lib/providers/openai";
import { openaiModels } from "@/lib/providers/openai-models";
import { bearer, type Protocol } from "@/lib/providers/provider";

export const protocol: Protocol = {
  adapter: openaiAdapter("max_tokens"),
  models: openaiModels,
  identity: bearer,
};
`;

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

test("a further provider is one row and one file", async () => {
  const table = join(copy, "lib/providers/providers.ts");
  const end = "] as const satisfies";
  const rows = readFileSync(table, "utf8");
  writeFileSync(table, rows.replace(end, `${JSON.stringify(row)},\n${end}`));
  writeFileSync(join(copy, "lib/providers/adapters/acme.ts"), adapter);

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
    row: { name: "Acme", secret_key_name: "ACME_API_KEY", endpoint: row.endpoint },
    names: ["acme", "acme"],
    fallback: row.base_url.fallback,
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
