import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import Big from "big.js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseModelRow } from "@/lib/models/row";
import { loadBuiltInCatalog } from "@/lib/prices/catalog-repository";
import { createTables } from "../../scripts/populate/tables";
import { type EmbeddedStore, openEmbeddedStore } from "../support/embedded-store";

const root = fileURLToPath(new URL("../../", import.meta.url));
let store: EmbeddedStore;
let environment: ReturnType<EmbeddedStore["newEnvironment"]>;

beforeAll(async () => {
  store = await openEmbeddedStore();
});

afterAll(() => store.close());

beforeEach(() => {
  environment = store.newEnvironment();
});

describe("npm run populate", () => {
  const command = [
    "--conditions=react-server",
    "--import",
    "tsx",
    "scripts/populate-llm-models.ts",
  ];

  async function run(args: string[], more: Record<string, string> = {}) {
    const env = {
      PATH: process.env.PATH ?? "",
      NODE_ENV: "test" as const,
      AWS_ENDPOINT_URL: store.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      ...more,
    };
    const options = { cwd: root, env };
    try {
      const output = await promisify(execFile)(process.execPath, [...command, ...args], options);
      return { code: 0, ...output };
    } catch (error) {
      // execFile rejects with the exit code and what was printed.
      return error as { code: number; stdout: string; stderr: string };
    }
  }

  it("writes prices under the older names too where WRITE_LEGACY_PRICES says so", async () => {
    await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
    const more = { ENV_NAME: environment.envName, WRITE_LEGACY_PRICES: "true" };
    expect(await run([], more)).toMatchObject({ code: 0 });
    const rows = await store.scan(environment.tables.models);
    const catalog = await loadBuiltInCatalog();
    expect(rows.length).toBeGreaterThan(20);
    for (const raw of rows) {
      for (const name of ["input_price", "output_price"] as const) {
        const price = raw[name]?.N;
        const perThousand = price === undefined ? undefined : Big(price).div(1000).toString();
        expect(raw[`${name}_per_1k`]?.N, raw.pk?.S).toBe(perThousand);
      }
      const read = parseModelRow(raw, catalog);
      expect(read).toMatchObject({ legacy_disagreements: [], price_unit: null });
    }
  });

  it.each(["TRUE", "1", "yes"])("refuses WRITE_LEGACY_PRICES=%s", async (WRITE_LEGACY_PRICES) => {
    await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
    const { code, stderr } = await run(["--dry-run"], {
      ENV_NAME: environment.envName,
      WRITE_LEGACY_PRICES,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining("must be true or false")]);
  });

  it("creates the models of one provider and prints a summary", async () => {
    await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
    const dry = await run(["--dry-run", "--env", environment.envName, "--provider", "grok"]);
    expect(dry.stdout).toContain(`Table LLMModels-${environment.envName} in eu-west-1, a dry run`);
    expect(dry.stdout).toContain("would be created");
    expect(await store.scan(environment.tables.models)).toEqual([]);
    const { code, stdout } = await run(["--provider", "xai"], { ENV_NAME: environment.envName });
    expect(code).toBe(0);
    expect(stdout).toMatch(/xAI: \d+ created, 0 there already/);
    expect(stdout).toContain("+ xai#grok-4.6 (default)");
    expect((await store.scan(environment.tables.models)).length).toBeGreaterThan(4);
  });

  it("prints the rows that differ from the catalogs with --check, and exits 1", async () => {
    await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
    const more = { ENV_NAME: environment.envName };
    await run([], more);
    const equal = await run(["--check"], more);
    expect([equal.code, equal.stdout]).toEqual([
      0,
      expect.stringMatching(/^0 of \d+ rows differ/m),
    ]);
    const before = await store.scan(environment.tables.models);
    const row = before.find(({ pk }) => pk?.S === "openai#gpt-4o");
    await store.dynamodb.send(
      new PutItemCommand({
        TableName: environment.tables.models,
        Item: { ...row, input_price: { N: "3" }, max_tokens: { N: "1000" } },
      }),
    );
    const { code, stdout } = await run(["--check"], more);
    expect(code).toBe(1);
    expect(stdout).toContain("openai#gpt-4o\n");
    expect(stdout).toMatch(/input_price is \$3\.00, catalog \$2\.50 per 1M/);
    expect(stdout).toMatch(/max_tokens is 1,000, catalog 128,000/);
    expect(stdout).toMatch(/^1 of \d+ rows differ/m);
    expect((await run(["--check", "--provider", "google"], more)).code).toBe(0);
  });

  it("compares with the catalog that an admin brought in, where that is newer", async () => {
    const { dynamodb } = store;
    const { envName, tables } = environment;
    await createTables({ dynamodb, envName });
    await run([], { ENV_NAME: envName });
    const prices = {
      from: null,
      input_price: 2.25,
      output_price: 10,
      cache_read_price: null,
      cache_write_price: null,
      cache_write_1h_price: null,
      tiers: [],
      windows: [],
      as_of: "2027-01-15",
      source: null,
      region_may_differ: false,
      unverified: false,
    };
    const facts = { context_window: null, max_output_tokens: null, lifecycle: null };
    const model = { ...facts, retires_on: null, name: null, provider: "openai", ids: ["gpt-4o"] };
    const version = "of-a-test";
    const catalog = {
      pk: { S: "price-catalog" },
      sk: { S: "current" },
      version: { S: version },
      format: { S: "litellm" },
      as_of: { S: prices.as_of },
      models: { N: "1" },
      chunks: { N: "1" },
    };
    const chunk = {
      pk: { S: `price-catalog#${version}` },
      sk: { S: "0000" },
      models: { S: JSON.stringify([{ ...model, prices: [prices] }]) },
    };
    for (const Item of [catalog, chunk]) {
      await dynamodb.send(new PutItemCommand({ TableName: tables.management, Item }));
    }
    const { code, stdout } = await run(["--check", "--env", envName]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^1 of \d+ rows differ/m)]);
    expect(stdout).toContain("your catalog of 15 Jan 2027");
    expect(stdout).toContain("input_price is $2.50, catalog $2.25 per 1M (2027-01-15)");
  });

  it("leaves models without a price of their own unpriced, and retired ones inactive", async () => {
    await createTables({ dynamodb: store.dynamodb, envName: environment.envName });
    const { stdout } = await run(["--provider", "google"], { ENV_NAME: environment.envName });
    expect(stdout).toMatch(/Not priced, .*google#gemini-2\.0-flash-exp/);
    const rows = await store.scan(environment.tables.models);
    const row = rows.find(({ pk }) => pk?.S === "google#gemini-2.0-flash-exp");
    expect(row?.is_active).toEqual({ S: "false" });
    expect(row).not.toHaveProperty("input_price");
  });

  it("reports a missing table in one sentence", async () => {
    const { code, stderr } = await run(["--env", "nowhere"]);
    expect(code).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining('"LLMModels-nowhere"')]);
  });

  it.each([
    [["--nonsense"], /--nonsense/],
    [["--provider", "nobody"], /"nobody"/],
    [["--env", "a b"], /cannot be an environment/],
  ])("rejects %j with the usage", async (args, reason) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain("npm run populate -- [--dry-run | --check]");
  });

  it("reports that nothing answers at the endpoint", async () => {
    const { code, stderr } = await run([], { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    expect(code).toBe(1);
    expect(stderr).toContain("DynamoDB does not answer at http://127.0.0.1:9");
  });
});
