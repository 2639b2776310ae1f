import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { ImportOptions } from "@/lib/models/schema";
import {
  actor,
  type Copy,
  outcomeOf,
  type Platform,
  type Services,
  startServices,
} from "../support/services";
import { type Item, modelRow } from "./console";

let services: Services;
let platform: Platform;
let copy: Copy;

beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services?.stop());

beforeEach(async () => {
  platform = await services.newPlatform();
  copy = await platform.copy();
});

const put = (model_id: string, more: Item = {}, provider = "openai") =>
  platform.put(platform.tables.models, modelRow(provider, model_id, more));
const rows = () => platform.scan(platform.tables.models);
const row = (model_id: string) => platform.model(`openai#${model_id}`);
const events = async () =>
  (await platform.scan(platform.tables.management)).filter((item) =>
    item.pk?.S?.startsWith("events#"),
  );

type Rows = Parameters<Copy["importModels"]>[1];

function importThem(rows: Rows, options: Partial<ImportOptions> = {}) {
  const all = { dry_run: false, mode: "atomic", ...options } as const;
  return copy.importModels(actor(), rows, all);
}
const importCsv = (text: string, options?: Partial<ImportOptions>) =>
  importThem(copy.readCsv(text), options);
const importJson = (models: unknown, options?: Partial<ImportOptions>) =>
  importThem(copy.readJsonRows(JSON.stringify(models)), options);

async function exported() {
  const { models } = await copy.listModels({ active: "all" });
  return { csv: copy.writeCsv(models), json: copy.writeJson(models), count: models.length };
}

/** An export that is imported again, in both formats, changes nothing. */
async function expectAllUnchanged(): Promise<void> {
  const { csv, json, count } = await exported();
  for (const rows of [copy.readCsv(csv), copy.readJsonRows(json)]) {
    const result = await importThem(rows);
    expect(result.rejected).toEqual([]);
    expect(result.updated).toEqual([]);
    expect(result.created).toEqual([]);
    expect(result.unchanged).toHaveLength(count);
    expect(result.operation_id).toBeNull();
  }
}

const header = "provider,model_id,display_name,input_price,is_default";

describe("a CSV file", () => {
  test("creates, updates and skips models, and one undo reverts all", async () => {
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
    await copy.undoOperation(actor(), result.operation_id ?? "");
    const byPk = (items: Item[]) => new Map(items.map((item) => [item.pk?.S, item]));
    expect(byPk(await rows())).toEqual(byPk(before));
  });

  test("may have a byte order mark, Windows line ends, blank lines and line breaks in quotes", async () => {
    const text = [
      "\uFEFFprovider, model_id ,display_name",
      'openai,a,"Two\r\nlines, ""quoted"""',
      "",
      " , ,",
      "openai,b,Plain",
      "",
    ].join("\r\n");
    const { created } = await importCsv(text);
    expect(created.map(({ pk }) => pk)).toEqual(["openai#a", "openai#b"]);
    expect(await row("a")).toMatchObject({ display_name: { S: 'Two\r\nlines, "quoted"' } });
  });

  test("may be separated by semicolons or tabs, as spreadsheets write it", async () => {
    await importCsv("provider;model_id;display_name\nopenai;a;One, or two\n");
    await importCsv("provider\tmodel_id\tdisplay_name\nopenai\tb\tOne; or two\n");
    expect(await row("a")).toMatchObject({ display_name: { S: "One, or two" } });
    expect(await row("b")).toMatchObject({ display_name: { S: "One; or two" } });
  });

  test.each([
    ["an unknown column", "provider,model_id,colour\nopenai,a,red", "colour", "no such column"],
    [
      "a price that is no number",
      "provider,model_id,input_price\nopenai,a,cheap",
      "input_price",
      "",
    ],
    ["a negative price", "provider,model_id,input_price\nopenai,a,-1", "input_price", "negative"],
    [
      "a flag that is none",
      "provider,model_id,is_active\nopenai,a,maybe",
      "is_active",
      "true or false",
    ],
    ["no model", "provider,model_id\nopenai,", "model_id", ""],
    ["a provider that agents do not know", "provider,model_id\nnobody,a", "provider", "nobody"],
    [
      "an inactive default",
      "provider,model_id,is_active,is_default\nopenai,a,false,true",
      "is_default",
      "active",
    ],
    ["a # in the ID", "provider,model_id\nopenai,a#b", "model_id", "#"],
  ])(
    "with %s is rejected by row and column, and nothing is written",
    async (_, text, path, words) => {
      const both = `${text}\n${text
        .split("\n")[1]
        ?.replace(/,a(?=,|$)/, ",b")
        .replace(/true$/, "")}`;
      const answer = await outcomeOf(copy, importCsv(both));
      expect(answer.code).toBe("invalid");
      expect(answer.message).toContain("nothing was written");
      // The result of an import is beside the message.
      const { rejected } = (answer.error?.extra ?? {}) as Awaited<ReturnType<typeof importThem>>;
      expect(rejected.length).toBeGreaterThan(0);
      expect(rejected[0]?.row).toBe(1);
      expect(rejected[0]?.errors.map((error) => error.path)).toContain(path);
      expect(rejected[0]?.errors.map((error) => error.message).join()).toContain(words);
      expect(await rows()).toEqual([]);
      expect(await events()).toEqual([]);
    },
  );

  test.each([
    ["too many cells", "provider,model_id\nopenai,a,b,c"],
    ["a quote that does not end", 'provider,model_id\nopenai,"a'],
  ])("with %s is refused with the row", async (_, text) => {
    const answer = await outcomeOf(copy, (async () => importCsv(text))());
    expect(answer).toMatchObject({ code: "malformed" });
    expect(answer.message).toContain("Line 2");
  });
});

describe("a CSV file as spreadsheets and people leave it", () => {
  test("a row without its trailing cells is filled with empty ones", async () => {
    await put("a", { max_tokens: { N: "5" }, input_price: { N: "1" } });
    const result = await importCsv(
      "provider,model_id,input_price,max_tokens\nopenai,a,2\nopenai,b",
    );
    expect(result).toMatchObject({ updated: [{ row: 1 }], created: [{ row: 2 }], rejected: [] });
    expect(await row("a")).toMatchObject({ input_price: { N: "2" } });
    expect(await row("a")).not.toHaveProperty("max_tokens");
  });

  test("empty cells and columns after the last one are left out", async () => {
    const result = await importCsv("provider,model_id,,\nopenai,a,,,\n");
    expect(result.created).toMatchObject([{ pk: "openai#a" }]);
  });

  test.each(["provider,model_id,input_price", "provider,model_id\r\n", "\uFEFFprovider\n\n , \n"])(
    "a header alone says so: %j",
    async (text) => {
      const result = await importCsv(text);
      expect(result).toMatchObject({ created: [], rejected: [], operation_id: null });
      expect(result.message).toContain("only a header");
    },
  );

  test("an empty file says so", async () => {
    const answer = await outcomeOf(copy, (async () => importCsv(" \n"))());
    expect(answer).toMatchObject({ code: "malformed", message: "The file is empty." });
  });

  test("a header that is there twice is named", async () => {
    const text = "provider,model_id,input_price,input_price\nopenai,a,1,2";
    const answer = await outcomeOf(copy, (async () => importCsv(text))());
    expect(answer).toMatchObject({ code: "malformed" });
    expect(answer.message).toContain(
      'Line 1: the column "input_price" is there twice (columns 3 and 4)',
    );
  });

  test("rejected rows are named by the line of the file and the model", async () => {
    const text = [
      "",
      "provider,model_id,display_name,input_price",
      'openai,a,"Two\nlines",1',
      "",
      "openai,b,B,cheap",
      "openai,a,A,1",
      "nobody,,,",
    ].join("\n");
    const { rejected, created } = await importCsv(text, { mode: "partial" });
    expect(created).toEqual([{ row: 1, pk: "openai#a" }]);
    expect(rejected).toMatchObject([
      { row: 2, line: 6, pk: "openai#b", errors: [{ path: "input_price" }] },
      { row: 3, line: 7, pk: "openai#a" },
      { row: 4, line: 8, pk: null },
    ]);
    expect(rejected[1]?.errors[0]?.message).toContain("line 3");
    const refused = await outcomeOf(copy, importCsv(text));
    expect(refused.message).toContain("Line 6, openai#b: ");
  });

  test("numbers are read in the notations of spreadsheets, and two readings are both named", async () => {
    const text =
      'provider;model_id;input_price;max_tokens\nopenai;a;10,50;"128 000"\nopenai;b;1,000;1\n';
    const { created, rejected } = await importCsv(text, { mode: "partial" });
    expect(created).toMatchObject([{ pk: "openai#a" }]);
    expect(await row("a")).toMatchObject({
      input_price: { N: "10.5" },
      max_tokens: { N: "128000" },
    });
    expect(rejected[0]?.errors[0]?.message).toContain("1,000 could be 1000 or 1.");
  });

  test.each([
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-pro-v1:0",
    "arn:aws:bedrock:eu-west-1::foundation-model/eu.amazon.nova-pro-v1:0",
  ])("a pasted ARN is reduced to its ID: %s", async (arn) => {
    const { created } = await importCsv(`provider,model_id\nbedrock,${arn}`);
    expect(created).toMatchObject([{ pk: "bedrock#eu.amazon.nova-pro-v1:0" }]);
  });

  test("the ARN of an own deployment, and one that is registered, stay whole", async () => {
    const own = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123";
    const known =
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
    await put(known, {}, "bedrock");
    const result = await importCsv(
      `provider,model_id,display_name\nbedrock,${own},${own}\nbedrock,${known},${known}`,
    );
    expect(result).toMatchObject({
      created: [{ pk: `bedrock#${own}` }],
      unchanged: [{ pk: `bedrock#${known}` }],
    });
  });
});

describe("rows that contradict each other", () => {
  test("that name the same model twice: the second is rejected", async () => {
    const models = [
      { provider: "openai", model_id: "a", input_price: 1 },
      { provider: "openai", model_id: "a", input_price: 2 },
      { provider: "openai", model_id: "b" },
    ];
    expect(await outcomeOf(copy, importJson(models))).toMatchObject({ code: "invalid" });
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
  expect(await platform.scan(platform.tables.management)).toEqual([]);
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
    const { models } = await copy.listModels({ active: "all" });
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
    await platform.put(platform.tables.models, {
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

/** DynamoDB Local takes a minute for 5,000. */
const many = inject("dynamodbLocalUrl") ? 500 : 5000;

test("prices per token are noticed, and converted on request", async () => {
  const file = [
    "provider,model_id,input_price,output_price",
    "openai,gpt-4o-mini,1.5e-07,0.0000006",
    "acme,unheard-of,1.5e-07,",
  ].join("\n");
  const preview = await importCsv(file, { dry_run: true, mode: "partial" });
  expect(preview.unit_suspects).toMatchObject([
    { name: "input_price", price: 1.5e-7, meant: 0.15, unit: "token", known: { from: "catalog" } },
    { name: "output_price", price: 6e-7, meant: 0.6, unit: "token", known: { from: "catalog" } },
    { pk: "acme#unheard-of", meant: 0.15, unit: "token", known: { from: "minimum" } },
  ]);
  await importCsv(file.replace("acme", "deepseek"), { price_unit: "token" });
  expect(await row("gpt-4o-mini")).toMatchObject({
    input_price: { N: "0.15" },
    output_price: { N: "0.6" },
  });
});

test(`${many} rows are imported, found unchanged and exported`, async () => {
  const models = Array.from({ length: many }, (_, index) => ({
    provider: "openai",
    model_id: `model-${index}`,
    display_name: `Model ${index}`,
    input_price: index / 100,
  }));
  const began = performance.now();
  const result = await importJson(models);
  expect(result.created).toHaveLength(many);
  expect(result.rejected).toEqual([]);
  expect(performance.now() - began).toBeLessThan(120_000);
  await expectAllUnchanged();
}, 180_000);
