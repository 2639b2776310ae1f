import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unique } from "./console";
import { modelFixtures, N, S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putRow, stored, read, patched, priceRecords } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("legacy prices", () => {
  test.each([
    // gpt-4o costs 2.50 / 10 USD per 1M tokens in the catalog.
    ["per 1M as the populate script wrote it", "gpt-4o", "2.5", "10", 2.5, 10, null],
    ["per 1K as the older screen wrote it", "gpt-4o", "0.0025", "0.01", 2.5, 10, null],
    ["changed a little, per 1M", "gpt-4o", "3", "9", 3, 9, null],
    ["changed a little, per 1K", "gpt-4o", "0.003", "0.009", 3, 9, null],
    ["mixed in one row", "gpt-4o", "2.5", "0.01", 2.5, 10, null],
    ["unknown to the catalog, from 0.02 on", "x-unlisted", "0.02", "0.5", 0.02, 0.5, "assumed"],
    ["unknown to the catalog, below 0.02", "x-unlisted", "0.019", "0.0003", 19, 0.3, "assumed"],
    ["zero", "x-unlisted", "0", "0", 0, 0, null],
  ])("%s", async (_, base, input, output, inputPrice, outputPrice, unit) => {
    // A fine-tuned id has the catalog price of no model; the real id is put and removed again.
    const model_id = base === "gpt-4o" ? "gpt-4o-2024-08-06" : unique(base);
    const legacy = { input_price_per_1k: N(input), output_price_per_1k: N(output) };
    const row = await putRow(legacy, "openai", model_id);
    const record = await read(row);
    expect(record).toMatchObject({
      input_price: inputPrice,
      output_price: outputPrice,
      price_unit: unit,
    });
    expect(JSON.stringify(record)).not.toContain("per_1k");
  });

  test("the canonical price wins over the legacy price", async () => {
    const row = await putRow({ input_price: N("7"), input_price_per_1k: N("0.002") });
    expect(await read(row)).toMatchObject({ input_price: 7, price_unit: null });
  });

  test("absent prices are null, never 0", async () => {
    const row = await putRow({ input_price_per_1k: N("3") });
    expect(await read(row)).toMatchObject({
      input_price: 3,
      output_price: null,
      cache_read_price: null,
    });
  });

  test.each([
    ["per 1M", { input_price_per_1k: "3" }, "4.5"],
    ["per 1K", { input_price_per_1k: "0.003" }, "0.0045"],
    ["per 1M beside a canonical price", { input_price: "3", input_price_per_1k: "3" }, "4.5"],
    [
      "per 1K beside a canonical price",
      { input_price: "3", input_price_per_1k: "0.003" },
      "0.0045",
    ],
    ["zero", { input_price_per_1k: "0" }, "0.0045"],
  ])("saving a price rewrites the legacy one in its own unit: %s", async (_, legacy, expected) => {
    const values = Object.entries(legacy).map(([name, value]) => [name, N(value)] as const);
    const row = await putRow(Object.fromEntries(values));
    const { record, row: after } = await patched(row, { input_price: 4.5 });
    expect(record).toMatchObject({
      input_price: 4.5,
      input_price_source: "admin",
      price_unit: null,
    });
    expect(after?.input_price).toEqual(N("4.5"));
    expect(after?.input_price_per_1k).toEqual(N(expected));
    expect(after).not.toHaveProperty("output_price");
  });

  test("saving a price adds no legacy attribute to a row without one", async () => {
    const { row } = await patched(await putRow(), { input_price: 1, output_price: 2 });
    expect(row).toMatchObject({ input_price: N("1"), output_price: N("2") });
    expect(row).not.toHaveProperty("input_price_per_1k");
    expect(row).not.toHaveProperty("output_price_per_1k");
  });

  test("null removes the price, its legacy attribute and its source, and keeps the other price", async () => {
    const row = await putRow({
      input_price: N("3"),
      input_price_per_1k: N("3"),
      input_price_source: S("catalog"),
      output_price_per_1k: N("15"),
    });
    const { record, row: after } = await patched(row, { input_price: null });
    expect(record).toMatchObject({ input_price: null, input_price_source: null, output_price: 15 });
    for (const name of ["input_price", "input_price_per_1k", "input_price_source"]) {
      expect(after).not.toHaveProperty(name);
    }
    expect(after?.output_price_per_1k).toEqual(N("15"));
  });

  test("null removes a legacy price without a canonical one", async () => {
    const { record, row } = await patched(await putRow({ input_price_per_1k: N("3") }), {
      input_price: null,
    });
    expect(record.input_price).toBeNull();
    expect(row).not.toHaveProperty("input_price_per_1k");
  });

  test("saving an assumed price unchanged confirms it", async () => {
    const row = await putRow({ input_price_per_1k: N("0.5") });
    expect(await read(row)).toMatchObject({ input_price: 0.5, price_unit: "assumed" });
    const { record, row: after } = await patched(row, { input_price: 0.5 });
    expect(record).toMatchObject({ input_price: 0.5, price_unit: null });
    expect(after).toMatchObject({ input_price: N("0.5"), input_price_per_1k: N("0.5") });
  });

  test("with a NULL canonical price, the legacy price applies in its unit", async () => {
    const row = await putRow({ input_price: { NULL: true }, input_price_per_1k: N("0.003") });
    expect((await read(row)).input_price).toBe(3);
    const { row: after } = await patched(row, { input_price: 6 });
    expect(after).toMatchObject({ input_price: N("6"), input_price_per_1k: N("0.006") });
  });

  test("prices keep their digits", async () => {
    const { row } = await patched(await putRow({ input_price_per_1k: N("0.00015") }), {
      input_price: 0.15,
    });
    expect(row).toMatchObject({ input_price: N("0.15"), input_price_per_1k: N("0.00015") });
  });
});

describe("price history", () => {
  test("the first change also records the replaced price, in force from created_at", async () => {
    const row = await putRow({ input_price_per_1k: N("3"), output_price: N("15") });
    await patched(row, { input_price: 4 });
    const [replaced, current] = await priceRecords(row);
    expect(replaced).toMatchObject({
      in_force_from: S("2025-08-30T09:00:00.000000Z"),
      input_price: N("3"),
      output_price: N("15"),
    });
    expect(current).toMatchObject({ input_price: N("4") });
    expect(current?.in_force_from?.S).toBe((await stored(row))?.updated_at?.S);
    await patched(row, { output_price: null });
    const records = await priceRecords(row);
    expect(records).toHaveLength(3);
    expect(records[2]).toMatchObject({ output_price: { NULL: true } });
  });

  test("without created_at, the replaced price holds from the beginning", async () => {
    const row = await putRow({ input_price: N("3"), created_at: undefined });
    await patched(row, { input_price: 4 });
    const records = await priceRecords(row);
    expect(records.map((record) => record.input_price)).toEqual([N("3"), N("4")]);
    const [since, until] = records.map((record) => record.in_force_from?.S ?? "");
    expect((since ?? "") < (until ?? "")).toBe(true);
  });

  test("confirming a price or changing another attribute records no price", async () => {
    const row = await putRow({ input_price_per_1k: N("0.5") });
    await patched(row, { input_price: 0.5 });
    await patched(row, { display_name: "Other" });
    expect(await priceRecords(row)).toEqual([]);
  });

  test("a price set while repairing a row is recorded", async () => {
    const row = await putRow({ max_tokens: S("many"), input_price: N("3") });
    await patched(row, { max_tokens: 1000, input_price: 4 });
    expect(await priceRecords(row)).toEqual([expect.objectContaining({ input_price: N("4") })]);
  });
});
