import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Item, Json } from "./console";
import { modelFixtures, N, S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putRow, stored, read, patched } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("what we do not know", () => {
  const foreign: Item = {
    owner: S("search"),
    long_number: N("12345678901234567890123456789012345678"),
    tiny_number: N("0.0000000000000000000000000000000000123"),
    tags: { SS: ["b", "a", "c"] },
    limits: { NS: ["3", "1", "2"] },
    hashes: { BS: [new Uint8Array([9, 8]), new Uint8Array([1, 2])] },
    blob: { B: new Uint8Array([0, 255, 128]) },
    nested: { M: { list: { L: [N("1"), { NULL: true }, { BOOL: false }] } } },
    nothing: { NULL: true },
  };

  test("stays as it is through every kind of change", async () => {
    const row = await putRow({ ...foreign, input_price_per_1k: N("3") });
    const before = await stored(row);
    const { body } = await app.viewer.get(row.path);
    await patched(row, { display_name: "New", input_price: 5, max_tokens: 1000 });
    const headers = { "if-match": `"${(await read(row)).etag}"` };
    const checked = await app.admin.patch(row.path, { supports_tools: true }, headers);
    expect(checked.status).toBe(200);
    await patched(row, { is_active: false });
    const after = await stored(row);
    for (const name of Object.keys(foreign)) expect(after?.[name]).toEqual(before?.[name]);
    expect(body).not.toHaveProperty("owner");
  });

  test("does not stand in the way of a deletion, and is kept in its event", async () => {
    const row = await putRow({ ...foreign });
    expect((await app.admin.delete(row.path)).ok).toBe(true);
    expect(await stored(row)).toBeUndefined();
    const entity = encodeURIComponent(`model:${row.pk}`);
    const { body } = await app.viewer.get(`/api/activity?entity=${entity}`);
    const [event] = body.events as Json[]; // By docs/contract.md.
    expect(event).toMatchObject({
      action: "model.delete",
      after: null,
      before: {
        long_number: foreign.long_number,
        blob: { B: "AP+A" },
        hashes: { BS: expect.arrayContaining(["CQg=", "AQI="]) },
        nested: foreign.nested,
      },
    });
  });
});

describe("is_active", () => {
  test.each([
    [undefined, true],
    [S("true"), true],
    [S("false"), false],
  ])("%o reads as %s", async (value, active) => {
    const row = await putRow({ is_active: value });
    expect((await read(row)).is_active).toBe(active);
  });

  test("rows without it are in the list, which is a Scan", async () => {
    const row = await putRow({ is_active: undefined });
    const { body } = await app.viewer.get("/api/models?active=true");
    const models = body.models as Json[]; // By docs/contract.md.
    expect(models.map((model) => model.pk)).toContain(row.pk);
  });

  test("is written as the string that the index needs", async () => {
    const row = await putRow({ is_active: undefined });
    expect((await patched(row, { is_active: false })).row?.is_active).toEqual(S("false"));
    expect((await patched(row, { is_active: true })).row?.is_active).toEqual(S("true"));
  });
});

describe("amazon rows", () => {
  test("keep their provider in key, record and path, and group under bedrock", async () => {
    const row = await putRow({}, "amazon");
    expect(row.path).toMatch(/^\/api\/models\/amazon\//);
    const { record } = await patched(row, { display_name: "Nova" });
    expect(record).toMatchObject({ pk: row.pk, provider: "amazon", provider_id: "bedrock" });
    expect(await stored(row)).toMatchObject({ provider: S("amazon"), pk: S(row.pk) });
    const { body } = await app.viewer.get("/api/models?provider=bedrock");
    expect((body.models as Json[]).map((model) => model.pk)).toContain(row.pk); // By docs/contract.md.
  });
});

test("the sample platform lists its 21 models with the prices that it means", async () => {
  const { body } = await app.viewer.get("/api/models");
  const models = body.models as Json[]; // By docs/contract.md.
  const prices = (pk: string) => {
    const found = models.find((model) => model.pk === pk);
    return [found?.input_price, found?.output_price];
  };
  expect(prices("anthropic#claude-3-7-sonnet-latest")).toEqual([3, 15]);
  expect(prices("openai#gpt-4o-mini")).toEqual([0.15, 0.6]);
  expect(prices("bedrock#eu.amazon.nova-micro-v1:0")).toEqual([0.035, 0.14]);
  const seeded = models.filter((model) => !/(row|x-unlisted)-|gpt-4o-2024/.test(String(model.pk)));
  expect(seeded).toHaveLength(21);
});
