import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PriceList } from "@/lib/costs/schema";
import type { KnownModelList } from "@/lib/discovery/schema";
import type { ImportResult } from "@/lib/models/rules/transfer-schema";
import type { ModelRecord } from "@/lib/models/schema";
import type { PriceSyncResult } from "@/lib/price-sync/schema";
import { type CompletionConsole, startCompletionConsole } from "./completion-console";
import { modelPath, modelRow, tables } from "./console";

/** IDs that no provider has, beside models of the same families that catalogs list. */
const invented: [string, string][] = [
  ["openai", "gpt-4.1-supreme-0badf00d"],
  ["anthropic", "claude-sonnet-5-9-0badf00d"],
  ["google", "gemini-3.8-flash-lite-0badf00d"],
  ["bedrock", "eu.anthropic.claude-sonnet-4-6-0badf00d"],
  ["xai", "grok-4.5-colossus-0badf00d"],
  ["deepseek", "deepseek-v4-pro-max-0badf00d"],
];

let app: CompletionConsole;

beforeAll(async () => {
  app = await startCompletionConsole();
});

afterAll(() => app?.stop());

async function importRow(row: object, dryRun: boolean): Promise<ImportResult> {
  const path = `/api/models/import?dry_run=${dryRun}`;
  const { status, body, text } = await app.admin.post(path, [row]);
  expect(status, text).toBe(200);
  return body as ImportResult; // By docs/contract.md.
}

describe.each(invented)("%s %s", (provider, model_id) => {
  const pk = `${provider}#${model_id}`;

  test("has no unmarked price in an import, a sync, the add list, the calculator or a call", async () => {
    const plan = await importRow({ provider, model_id, input_price: 1, output_price: 2 }, true);
    const [input, output] = plan.created[0]?.prices ?? [];
    expect(input).toMatchObject({ name: "input_price", from: null, to: 1, source: "admin" });
    expect(input?.catalog).toMatchObject({ match: "family", region_may_differ: false });
    const prices = {
      input_price: input?.catalog?.price,
      output_price: output?.catalog?.price,
    };
    await importRow({ provider, model_id, ...prices, price_source: "catalog" }, false);

    const { body: record } = await app.viewer.get(modelPath(provider, model_id));
    expect((record as ModelRecord).priced_by_family).toEqual(["input_price", "output_price"]);

    const { body: known } = await app.viewer.get(`/api/providers/${provider}/known-models`);
    const offer = (known as KnownModelList).models.find((model) => model.model_id === model_id);
    expect(offer?.prices).toMatchObject({ ...prices, match: "family" });

    const { body: list } = await app.viewer.get("/api/costs/prices");
    const priced = (list as PriceList).models.find((model) => model.pk === pk);
    expect(priced).toMatchObject({
      priced_by_family: ["input_price", "output_price"],
      cache_read_source: null,
      long_context: [],
    });

    await app.aws.put(tables.models, modelRow(provider, model_id, { input_price: { N: "77" } }));
    const { body: sync } = await app.admin.post("/api/prices/sync?dry_run=true", {});
    const change = (sync as PriceSyncResult).changes.find((some) => some.pk === pk);
    expect(change).toMatchObject({ taken: [], outcome: "left" });
    for (const price of change?.prices ?? []) {
      expect(price).toMatchObject({ match: "family", is_protected: true });
    }
    await importRow({ provider, model_id, ...prices, price_source: "catalog" }, false);
    const call = await app.whole({ provider, model_id, prompt: "Hi" });
    expect(call.body).toMatchObject({ cost_usd: expect.any(Number), price_by_family: true });
  });
});

test("a Bedrock geography without an entry of its own has the base price, and says so", async () => {
  const [provider, model_id] = ["bedrock", "ca.amazon.nova-lite-v1:0"];
  const plan = await importRow({ provider, model_id, input_price: 1, output_price: 2 }, true);
  const [input, output] = plan.created[0]?.prices ?? [];
  expect(input?.catalog).toMatchObject({ match: "family", region_may_differ: true });
  const prices = { input_price: input?.catalog?.price, output_price: output?.catalog?.price };
  await importRow({ provider, model_id, ...prices, price_source: "catalog" }, false);
  const { body: record } = await app.viewer.get(modelPath(provider, model_id));
  expect(record).toMatchObject({ price_region_may_differ: true });
  const { body: list } = await app.viewer.get("/api/costs/prices");
  const priced = (list as PriceList).models.find((model) => model.model_id === model_id);
  expect(priced).toMatchObject({ price_region_may_differ: true, cache_read_source: "catalog" });
  const { body: known } = await app.viewer.get(`/api/providers/${provider}/known-models`);
  const offer = (known as KnownModelList).models.find((model) => model.model_id === model_id);
  expect(offer?.prices).toMatchObject({ region_may_differ: true });
});
