import { afterAll, beforeAll, expect, test } from "vitest";
import { modelFixtures, N } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { createModel, putRow, patched, stored } = modelFixtures(() => app);

type Finding = {
  code: string;
  evidence: string;
  subject: { id: string };
  action: { method: string; path: string; body: Record<string, unknown> };
};

async function findDisagreement(pk: string): Promise<Finding | undefined> {
  const { body } = await app.viewer.get("/api/checks");
  return (body.findings as Finding[]).find(
    ({ code, subject }) => code === "price_disagrees_with_legacy" && subject.id === pk,
  );
}

beforeAll(async () => {
  app = await startConsole();
});
afterAll(() => app?.stop());

test("two attributes of one price that disagree are shown with both values, and repaired", async () => {
  const row = await putRow({
    input_price: N("3"),
    input_price_per_1k: N("0.0025"),
    output_price: N("15"),
    output_price_per_1k: N("15"),
  });
  const finding = await findDisagreement(row.pk);
  expect(finding?.evidence).toContain("input_price is $3.00 per 1M");
  expect(finding?.evidence).toContain("input_price_per_1k is 0.0025, which reads as $2.50 per 1M");
  expect(finding?.evidence).not.toContain("output_price");
  const { method, path, body } = finding?.action ?? { method: "", path: "", body: {} };
  expect(await app.admin.send(method, path, body)).toMatchObject({ status: 200 });
  expect(await stored(row)).toMatchObject({
    input_price: N("3"),
    input_price_per_1k: N("0.003"),
    output_price_per_1k: N("15"),
  });
  expect(await findDisagreement(row.pk)).toBeUndefined();
});

test.each([
  ["per 1M", "3"],
  ["per 1K", "0.003"],
])("an older attribute that says the same %s is no finding", async (_, legacy) => {
  const row = await putRow({ input_price: N("3"), input_price_per_1k: N(legacy) });
  expect(await findDisagreement(row.pk)).toBeUndefined();
});

test.each([
  ["its other price", { output_price_per_1k: N("0.015") }, "0.003"],
  ["its other price", { output_price_per_1k: N("15") }, "3"],
  ["the older admin screen", {}, "0.003"],
])("a zero of the older screen is repaired in the unit of %s", async (_, other, expected) => {
  const price = { input_price: N("3"), output_price: N("15"), input_price_per_1k: N("0") };
  const row = await putRow({ ...price, ...other });
  const { action } = (await findDisagreement(row.pk)) as Finding;
  const { method, path, body } = action;
  await app.admin.send(method, path, body);
  expect((await stored(row))?.input_price_per_1k).toEqual(N(expected));
});

test("the older admin screen's change beside ours is found", async () => {
  const row = await putRow({ input_price_per_1k: N("0.0025") });
  await patched(row, { input_price: 2.5 });
  await app.aws.set("LLMModels-prod", { pk: { S: row.pk } }, "input_price_per_1k", N("0.005"));
  expect((await findDisagreement(row.pk))?.evidence).toContain("$5.00 per 1M");
});

test("rows made here have no older attribute, unless WRITE_LEGACY_PRICES says so", async () => {
  const plain = await createModel({ input_price: 2.5, output_price: 10 });
  expect(await stored(plain)).not.toHaveProperty("input_price_per_1k");
  await app.stop();
  app = await startConsole({ env: { WRITE_LEGACY_PRICES: "true" } });
  const row = await createModel({ input_price: 2.5, output_price: 10 });
  expect(await stored(row)).toMatchObject({
    input_price: N("2.5"),
    input_price_per_1k: N("0.0025"),
    output_price_per_1k: N("0.01"),
  });
  const { row: changed } = await patched(row, { input_price: 5, output_price: null });
  expect(changed).toMatchObject({ input_price: N("5"), input_price_per_1k: N("0.005") });
  expect(changed).not.toHaveProperty("output_price_per_1k");
  const foreign = await putRow({ input_price: N("1") });
  await patched(foreign, { input_price: 4 });
  expect(await stored(foreign)).toMatchObject({ input_price_per_1k: N("0.004") });
  expect(await findDisagreement(row.pk)).toBeUndefined();
});
