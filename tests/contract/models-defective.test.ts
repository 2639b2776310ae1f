import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, modelRow, tables } from "./console";
import { modelFixtures, N, S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putRow, stored, patched } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("defective rows", () => {
  const faulty: [string, Record<string, AttributeValue | undefined>, Json, string][] = [
    ["provider differs from the key", { provider: S("google") }, {}, "pk"],
    ["model_id differs from the key", { model_id: S("other") }, {}, "pk"],
    ["a price in text", { input_price: S("3.0") }, { input_price: 3 }, "input_price"],
    ["a negative price", { output_price: N("-1") }, { output_price: null }, "output_price"],
    [
      "a legacy price in text",
      { input_price_per_1k: S("3") },
      { input_price: 3 },
      "input_price_per_1k",
    ],
    ["is_active in other words", { is_active: S("yes") }, { is_active: true }, "is_active"],
    ["is_default in text", { is_default: S("true") }, { is_default: false }, "is_default"],
    ["max_tokens in text", { max_tokens: S("8k") }, { max_tokens: 8192 }, "max_tokens"],
    [
      "supports_tools as a number",
      { supports_tools: N("1") },
      { supports_tools: true },
      "supports_tools",
    ],
    [
      "created_at as a number",
      { created_at: N("1693386000") },
      { display_name: "Ok" },
      "created_at",
    ],
    [
      "updated_at as a number",
      { updated_at: N("1693386000") },
      { display_name: "Ok" },
      "updated_at",
    ],
    ["an unknown lifecycle", { lifecycle: S("old") }, { lifecycle: "legacy" }, "lifecycle"],
    [
      "an unknown price source",
      { input_price: N("3"), input_price_source: S("me") },
      { input_price: 3 },
      "input_price_source",
    ],
  ];

  test.each(faulty)(
    "%s: listed apart with a reason, and repaired by PATCH",
    async (_, more, repair, word) => {
      const row = await putRow(more);
      const { body } = await app.viewer.get("/api/models");
      const { models, defective } = body as { models: Json[]; defective: Json[] }; // By docs/contract.md.
      expect(models.map((model) => model.pk)).not.toContain(row.pk);
      const defect = defective.find((entry) => entry.pk === row.pk);
      expect(defect?.reasons).toEqual([expect.stringContaining(word)]);
      const { record } = await patched(row, repair);
      expect(record).toMatchObject({ pk: row.pk, provider: row.provider, ...repair });
      expect((await app.viewer.get(row.path)).status).toBe(200);
    },
  );

  test("a change that leaves the row defective is refused by naming what is left", async () => {
    const row = await putRow({ max_tokens: S("8k"), supports_tools: S("yes") });
    const before = await stored(row);
    const refused = await app.admin.patch(row.path, { max_tokens: 8192 });
    expect(refused).toMatchObject({ status: 422, body: { code: "model_defective" } });
    expect(refused.body.errors).toEqual([expect.objectContaining({ path: "supports_tools" })]);
    expect(await stored(row)).toEqual(before);
  });

  test("a repair leaves unknown attributes alone and rewrites a legacy price in its unit", async () => {
    const row = await putRow({
      owner: S("search"),
      max_tokens: S("8k"),
      input_price_per_1k: N("0.003"),
    });
    const { row: after } = await patched(row, { max_tokens: 8192, input_price: 6 });
    expect(after).toMatchObject({
      owner: S("search"),
      max_tokens: N("8192"),
      input_price: N("6"),
      input_price_per_1k: N("0.006"),
    });
  });

  test("a repaired default is the only one of its provider", async () => {
    const valid = await putRow({ is_default: { BOOL: true } }, "xai");
    const row = await putRow({ is_default: { BOOL: true }, max_tokens: S("8k") }, "xai");
    await patched(row, { max_tokens: 8192 });
    expect((await stored(row))?.is_default).toEqual({ BOOL: true });
    expect((await stored(valid))?.is_default).toEqual({ BOOL: false });
  });

  test("reading one says what is wrong with it", async () => {
    const row = await putRow({ max_tokens: S("8k") });
    const answer = await app.viewer.get(row.path);
    expect(answer).toMatchObject({ status: 422, body: { code: "model_defective" } });
    expect(answer.body.detail).toContain("max_tokens");
  });

  test("one with a sound key can be deleted at its address", async () => {
    const row = await putRow({ max_tokens: S("8k") });
    expect((await app.admin.delete(row.path)).ok).toBe(true);
    expect(await stored(row)).toBeUndefined();
  });

  test.each(["no-separator", "openai#a#b", "#nameless", "openai#"])(
    "one with the key %s can be deleted by its key",
    async (key) => {
      await app.aws.put(tables.models, { ...modelRow("openai", "x"), pk: S(key) });
      const { body } = await app.viewer.get("/api/models");
      const pks = (body.defective as Json[]).map((entry) => entry.pk); // By docs/contract.md.
      expect(pks).toContain(key);
      const path = `/api/models/defective/${encodeURIComponent(key)}`;
      expect((await app.admin.delete(path)).status).toBe(204);
      expect(await app.aws.model(key)).toBeUndefined();
    },
  );

  test("a sound row cannot be deleted as a defective one", async () => {
    const row = await putRow();
    const path = `/api/models/defective/${encodeURIComponent(row.pk)}`;
    expect((await app.admin.delete(path)).status).toBe(409);
    expect(await stored(row)).toBeDefined();
  });
});
