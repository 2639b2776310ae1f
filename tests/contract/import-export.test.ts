import { describe, expect, test } from "vitest";
import { actor, outcomeOf } from "../support/services";
import type { Item } from "./console";
import { setUpImports } from "./import-fixtures";

const {
  copy,
  put,
  putRow,
  rows,
  row,
  managementRows,
  importCsv,
  importJson,
  exported,
  expectAllUnchanged,
} = setUpImports();

const header = "provider,model_id,display_name,input_price,is_default";

test("a CSV file creates, updates and skips models, and one undo reverts all", async () => {
  await put("kept", { input_price: { N: "1" } });
  await put("changed", { input_price: { N: "1" }, input_price_source: { S: "catalog" } });
  const before = await rows();
  const result = await importCsv(
    `${header}\nopenai,kept,kept,1,false\nopenai,changed,Changed,2.5,\nopenai,new,,0.15,\n`,
  );
  expect(result).toMatchObject({
    created: [{ row: 3, pk: "openai#new" }],
    updated: [
      {
        row: 2,
        pk: "openai#changed",
        changes: {
          display_name: { from: "changed", to: "Changed" },
          input_price: { from: 1, to: 2.5 },
        },
      },
    ],
    unchanged: [{ row: 1, pk: "openai#kept" }],
    rejected: [],
  });
  expect(await row("new")).toMatchObject({
    display_name: { S: "new" },
    input_price: { N: "0.15" },
  });
  expect(await row("changed")).toMatchObject({ input_price_source: { S: "admin" } });
  await copy().undoOperation(actor(), result.operation_id ?? "");
  const byPk = (items: Item[]) => new Map(items.map((item) => [item.pk?.S, item]));
  expect(byPk(await rows())).toEqual(byPk(before));
});

describe("rows that contradict each other", () => {
  test("that name the same model twice: the second is rejected", async () => {
    const models = [
      { provider: "openai", model_id: "a", input_price: 1 },
      { provider: "openai", model_id: "a", input_price: 2 },
      { provider: "openai", model_id: "b" },
    ];
    expect(await outcomeOf(copy(), importJson(models))).toMatchObject({ code: "invalid" });
    expect(await rows()).toEqual([]);
    const partial = await importJson(models, { mode: "partial" });
    expect(partial.created.map(({ row: number }) => number)).toEqual([1, 3]);
    expect(partial.rejected).toMatchObject([{ row: 2 }]);
    expect(partial.rejected[0]?.errors[0]?.message).toContain("row 1");
    expect(await row("a")).toMatchObject({ input_price: { N: "1" } });
  });

  test("that make two models the default of a provider, aliases included, are rejected", async () => {
    const models = [
      { provider: "bedrock", model_id: "a", is_default: true },
      { provider: "amazon", model_id: "b", is_default: true },
      { provider: "openai", model_id: "c", is_default: true },
    ];
    const partial = await importJson(models, { mode: "partial" });
    expect(partial.rejected.map(({ row: number }) => number)).toEqual([1, 2]);
    expect(partial.created).toMatchObject([{ pk: "openai#c" }]);
  });

  test("that move the default clear the former one, in any order", async () => {
    await put("former", { is_default: { BOOL: true } });
    await importJson([
      { provider: "openai", model_id: "a", is_default: true },
      { provider: "openai", model_id: "former", max_tokens: 5 },
    ]);
    expect(await row("a")).toMatchObject({ is_default: { BOOL: true } });
    expect(await row("former")).toMatchObject({
      is_default: { BOOL: false },
      max_tokens: { N: "5" },
    });
  });
});

test("a dry run returns the same result and writes nothing", async () => {
  await put("a", { input_price: { N: "1" } });
  const before = await rows();
  const models = [
    { provider: "openai", model_id: "a", input_price: 2 },
    { provider: "openai", model_id: "b" },
    { provider: "nobody", model_id: "c" },
  ];
  const preview = await importJson(models, { dry_run: true });
  expect(preview).toMatchObject({
    created: [{ row: 2 }],
    updated: [{ row: 1, changes: { input_price: { from: 1, to: 2 } } }],
    rejected: [{ row: 3, errors: [{ path: "provider" }] }],
    operation_id: null,
  });
  expect(await rows()).toEqual(before);
  expect(await managementRows()).toEqual([]);
});

describe("an export", () => {
  test("escapes formulas and imports back unchanged", async () => {
    const names = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "'=1", "''=1", "'quoted'", "-", "a=b"];
    for (const [index, name] of names.entries()) {
      await put(`m${index}`, { display_name: { S: name }, purpose: { S: name } });
    }
    const { csv } = await exported();
    for (const line of csv.split("\n")) {
      for (const cell of line.split(",")) expect(cell).not.toMatch(/^"?[=+\-@\t]/);
    }
    await expectAllUnchanged();
  });

  test("of legacy and assumed prices imports back unchanged and confirms nothing", async () => {
    await put("gpt-4o", { input_price_per_1k: { N: "0.0025" }, output_price_per_1k: { N: "10" } });
    await put("unlisted", { input_price_per_1k: { N: "0.0003" }, output_price_per_1k: { N: "7" } });
    const before = await rows();
    await expectAllUnchanged();
    expect(await rows()).toEqual(before);
    const { models } = await copy().listModels({ active: "all" });
    expect(models.find(({ model_id }) => model_id === "unlisted")?.price_unit).toBe("assumed");
  });

  test("of two stored defaults, and of an inactive default, imports back unchanged", async () => {
    await put("a", { is_default: { BOOL: true } });
    await put("b", { is_default: { BOOL: true } });
    await put("c", { is_default: { BOOL: true }, is_active: { S: "false" } }, "google");
    await expectAllUnchanged();
  });

  test("of rows written by other tools imports back unchanged", async () => {
    await put("no-attributes");
    await putRow({
      pk: { S: "openai#bare" },
      provider: { S: "openai" },
      model_id: { S: "bare" },
    });
    await put("odd", {
      display_name: { S: "  spaces around " },
      purpose: { S: "" },
      max_tokens: { N: "0" },
      max_output_tokens: { N: "1.5" },
      retires_on: { S: "soon" },
    });
    await put("blank", { display_name: { S: "   " }, purpose: { S: "  " } });
    await put("long", { display_name: { S: "x".repeat(300) }, purpose: { S: "y".repeat(300) } });
    await put("id with spaces");
    await put("grown", {}, "mistral");
    await put("line", { display_name: { S: 'a\r\nb\n"c";d|e\tf' }, purpose: { S: "\r\nlast" } });
    await put("numbers", { input_price: { N: "0.0000001" }, output_price: { N: "1e21" } });
    await put("digits", { display_name: { S: "007" }, purpose: { S: "true" } });
    await expectAllUnchanged();
  });

  test("of an empty registry imports back as nothing", async () => {
    await expectAllUnchanged();
  });
});

test("rows of more than one page of a scan are imported, found unchanged and exported", async () => {
  const models = Array.from({ length: 40 }, (_, index) => ({
    provider: "openai",
    model_id: `model-${index}`,
    display_name: `Model ${index}`,
    input_price: index / 100,
  }));
  const notes = { S: "y".repeat(300 * 1024) };
  for (const { model_id } of models.slice(0, 5)) await put(model_id, { notes_of_others: notes });
  const result = await importJson(models);
  expect([result.updated.length, result.created.length]).toEqual([5, 35]);
  expect(result.rejected).toEqual([]);
  expect(JSON.stringify(await rows()).length).toBeGreaterThan(1024 * 1024);
  expect((await row("model-3"))?.notes_of_others).toEqual(notes);
  await expectAllUnchanged();
});
