import { describe, expect, test } from "vitest";
import { outcomeOf } from "../support/services";
import { setUpImports } from "./import-fixtures";

const { copy, put, rows, row, managementRows, importCsv } = setUpImports();

describe("a CSV file", () => {
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
      const answer = await outcomeOf(copy(), importCsv(both));
      expect(answer.code).toBe("invalid");
      expect(answer.message).toContain("nothing was written");
      // The result of an import is beside the message.
      const { rejected } = (answer.error?.extra ?? {}) as Awaited<ReturnType<typeof importCsv>>;
      expect(rejected.length).toBeGreaterThan(0);
      expect(rejected[0]?.row).toBe(1);
      expect(rejected[0]?.errors.map((error) => error.path)).toContain(path);
      expect(rejected[0]?.errors.map((error) => error.message).join()).toContain(words);
      expect(await rows()).toEqual([]);
      expect(await managementRows()).toEqual([]);
    },
  );

  test.each([
    ["too many cells", "provider,model_id\nopenai,a,b,c"],
    ["a quote that does not end", 'provider,model_id\nopenai,"a'],
  ])("with %s is refused with the row", async (_, text) => {
    const answer = await outcomeOf(copy(), importCsv(text));
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
    const answer = await outcomeOf(copy(), importCsv(" \n"));
    expect(answer).toMatchObject({ code: "malformed", message: "The file is empty." });
  });

  test("a header that is there twice is named", async () => {
    const text = "provider,model_id,input_price,input_price\nopenai,a,1,2";
    const answer = await outcomeOf(copy(), importCsv(text));
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
      ",alone,,",
    ].join("\n");
    const { rejected, created } = await importCsv(text, { mode: "partial" });
    expect(created).toMatchObject([{ row: 1, pk: "openai#a" }]);
    expect(rejected).toMatchObject([
      { row: 2, line: 6, pk: "openai#b", errors: [{ path: "input_price" }] },
      { row: 3, line: 7, pk: "openai#a" },
      { row: 4, line: 8, pk: null },
      { row: 5, line: 9, pk: "alone", errors: [{ path: "provider" }] },
    ]);
    expect(rejected[1]?.errors[0]?.message).toContain("line 3");
    const refused = await outcomeOf(copy(), importCsv(text));
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
    const arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
    await put(arn, {}, "bedrock");
    const result = await importCsv(
      `provider,model_id,display_name\nbedrock,${own},${own}\nbedrock,${arn},${arn}`,
    );
    expect(result).toMatchObject({
      created: [{ pk: `bedrock#${own}` }],
      unchanged: [{ pk: `bedrock#${arn}` }],
    });
  });
});

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
