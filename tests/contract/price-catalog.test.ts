import { afterAll, beforeAll, expect, test } from "vitest";
import type { PriceCatalog, PriceCatalogPreview } from "@/lib/price-sync/schema";
import { agentRow, modelRow, tables } from "./console";
import { startUsageConsole } from "./usage-console";

let app: Awaited<ReturnType<typeof startUsageConsole>>;
beforeAll(async () => {
  app = await startUsageConsole();
  await app.aws.put(tables.models, modelRow("openai", "gpt-77", { input_price: { N: "9" } }));
  const at = new Date(Date.now() - 2 * 24 * 3_600_000);
  const tokens = { input: 1_000_000, output: 1_000_000 };
  await app.use([{ at, agent: "buyer", provider: "openai", model: "gpt-77", ...tokens }]);
});
afterAll(async () => {
  await app?.stop();
});

/** A file in LiteLLM's shape, USD per token. */
function liteLlm(count: number, input = 3e-6): string {
  const entry = { litellm_provider: "openai", mode: "chat", output_cost_per_token: 1.2e-5 };
  const ids = Array.from({ length: count }, (_, at) => `gpt-${at}`);
  return JSON.stringify(
    Object.fromEntries(ids.map((id) => [id, { ...entry, input_cost_per_token: input }])),
  );
}

async function put(
  text: string,
  query = "",
): Promise<{ status: number; body: PriceCatalogPreview }> {
  const { status, text: answer } = await app.admin.send("PUT", `/api/price-catalog${query}`, text);
  return { status, body: JSON.parse(answer) };
}

async function read(): Promise<PriceCatalog> {
  return JSON.parse((await app.viewer.get("/api/price-catalog")).text);
}

const priceOf = async (id: string) =>
  (await app.viewer.get(`/api/prices/openai/${id}`)).body.catalog;

test("an admin previews a catalog of 3,000 models, brings it in, and removes it", async () => {
  const before = await read();
  expect(before.admin).toBeNull();
  expect(before.layers.map(({ layer }) => layer)).toEqual(["table", "npm"]);

  const preview = await put(liteLlm(3_000), "?dry_run=true");
  expect(preview.status).toBe(200);
  expect(preview.body).toMatchObject({ format: "litellm", models: 3_000, skipped: 0 });
  expect(preview.body.changes).toContainEqual({
    pk: "openai#gpt-77",
    display_name: expect.any(String),
    match: { from: "none", to: "exact" },
    region_may_differ: { from: false, to: false },
    prices: [
      { name: "input_price", from: null, to: 3 },
      { name: "output_price", from: null, to: 12 },
    ],
    // A million tokens each way: only input had a price.
    effect: { paid: 9, would_be: 15 },
  });
  expect(preview.body.coverage.exact).toBe(preview.body.coverage_before.exact + 1);
  expect((await read()).admin).toBeNull();

  expect((await put(liteLlm(3_000))).status).toBe(200);
  expect((await read()).admin).toMatchObject({ format: "litellm" });
  expect((await read()).layers[0]).toMatchObject({ layer: "admin", models: 3_000, age_days: 0 });
  expect(await priceOf("gpt-77")).toMatchObject({ layer: "admin", match: "exact", input_price: 3 });
  expect(await app.aws.model("openai#gpt-77")).toMatchObject({ input_price: { N: "9" } });

  const halved = await put(liteLlm(1_000));
  expect(halved.status).toBe(422);
  expect(halved.body).toMatchObject({ detail: expect.stringContaining("fewer than half") });
  expect(await priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 3 });

  expect((await put(liteLlm(2_000, 4e-6))).status).toBe(200);
  expect(await priceOf("gpt-77")).toMatchObject({ layer: "admin", input_price: 4 });

  expect((await app.admin.delete("/api/price-catalog")).status).toBe(200);
  expect(await priceOf("gpt-77")).toMatchObject({ match: "none" });
  expect((await app.admin.delete("/api/price-catalog")).status).toBe(404);
  const { body } = await app.viewer.get("/api/activity?kind=catalog");
  expect((body.events as { action: string }[]).map(({ action }) => action)).toEqual([
    "catalog.delete",
    "catalog.update",
    "catalog.update",
  ]);
});

test.each([
  ["an HTML page", "<html></html>", 400],
  ["a truncated file", liteLlm(100).slice(0, -20), 400],
  ["a file without a price", "{}", 422],
  ["more than 10 MB", `{"a": "${"x".repeat(10_000_001)}"}`, 413],
])("refuses %s", async (_, text, status) => {
  expect((await put(text)).status).toBe(status);
});

test("a viewer may look, and change nothing", async () => {
  const { status } = await app.viewer.send("PUT", "/api/price-catalog", liteLlm(3));
  expect(status).toBe(403);
});

test("announced price changes and retirements are listed with agents and spend, and as a calendar", async () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const [changesOn, retiresOn] = [day(20), day(50)];
  await app.aws.put(
    tables.models,
    modelRow("openai", "gpt-88", { input_price: { N: "2" }, output_price: { N: "8" } }),
  );
  await app.aws.put(
    tables.models,
    modelRow("openai", "gpt-99", {
      display_name: { S: "Old, but gold" },
      retires_on: { S: retiresOn },
    }),
  );
  await app.aws.put(tables.agents, agentRow("sql-agent", "openai", "gpt-88"));
  const at = new Date(Date.now() - 86_400_000);
  const used = { agent: "sql-agent", provider: "openai", model: "gpt-88" };
  await app.use([{ at, input: 1_000_000, output: 500_000, ...used }]);
  const prices = (input_mtok: number) => ({ prices: { input_mtok, output_mtok: 8 } });
  const models = [
    {
      id: "gpt-88",
      match: { equals: "gpt-88" },
      prices: [prices(2), { ...prices(3), constraint: { start_date: changesOn } }],
    },
  ];
  const file = JSON.stringify([{ id: "openai", name: "OpenAI", models }]);
  expect((await put(file)).status).toBe(200);

  const coming = async () => (await app.viewer.get("/api/costs/coming")).body;
  // CloudWatch lists a new series only after a while, and its list is cached.
  await expect.poll(coming, { interval: 1_000 }).toMatchObject({
    changes: [
      {
        kind: "prices",
        on: changesOn,
        pk: "openai#gpt-88",
        agents: 1,
        prices: [{ name: "input_price", from: 2, to: 3 }],
        month_usd: 6,
        then_usd: 7,
        layer: "admin",
      },
      { kind: "retirement", on: retiresOn, pk: "openai#gpt-99", agents: 0, month_usd: null },
    ],
  });
  const { text } = await app.viewer.get("/api/costs/coming/export");
  expect(text.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(2);
  expect(text).toContain(`DTSTART;VALUE=DATE:${changesOn.replaceAll("-", "")}\r\n`);
  expect(text).toContain("SUMMARY:Old\\, but gold is retired\r\n");
  expect(text.replaceAll("\r\n ", "")).toContain(
    "1 agent uses it. The last 30 days cost $6.00\\, then $7.00.",
  );
  expect((await app.admin.delete("/api/price-catalog")).status).toBe(200);
});
