import { describe, expect, test } from "vitest";
import { describeAmbiguousNumber, readCsv, writeCsv } from "@/lib/models/rules/transfer";
import type { ModelRecord } from "@/lib/models/schema";

const priceOf = (cell: string) =>
  readCsv(`provider,model_id,input_price\nopenai,gpt-4o,"${cell}"\n`)[0]?.values;

describe("a price of a CSV file", () => {
  test.each([
    ["0.15", 0.15],
    [" 2.5 ", 2.5],
    ["1.5e-7", 1.5e-7],
    [".5", 0.5],
    ["3.", 3],
    ["1,5", 1.5],
    ["$1", 1],
    ["1_000", 1000],
  ])("is the decimal %j", (cell, price) => {
    expect(priceOf(cell)).toMatchObject({ input_price: price });
  });

  test.each(["0x10", "0b11", "0o17", "Infinity", "1,000", "--1"])(
    "is none in %j, which stays text for the row to be rejected",
    (cell) => {
      expect(priceOf(cell)).toMatchObject({ input_price: cell });
    },
  );
});

test.each([
  ["max_tokens,input_price\n128.000,1.000", ["128.000", 1]],
  ['max_tokens,input_price\n"128,000",1.125', ["128,000", 1.125]],
  ["max_tokens;input_price\n128.000;1.000", ["128.000", "1.000"]],
  ["max_tokens;input_price\n128000;1.000,50", [128_000, 1000.5]],
])("a number with two readings stays text: %j", (text, [max_tokens, input_price]) => {
  expect(readCsv(text)[0]?.values).toEqual({ max_tokens, input_price });
  const isAmbiguous = typeof max_tokens === "string";
  expect(describeAmbiguousNumber("max_tokens", max_tokens) !== null).toBe(isAmbiguous);
});

test.each(["sep=,\n", "SEP=;\r\n", "\ufeffsep=\t\n"])(
  "%j before the header is skipped",
  (first) => {
    const delimiter = first.at(first.indexOf("=") + 1);
    const rows = readCsv(`${first}provider${delimiter}model_id\nopenai${delimiter}gpt-4o`);
    expect(rows).toEqual([{ row: 1, line: 3, values: { provider: "openai", model_id: "gpt-4o" } }]);
  },
);

test("a name that begins with a line break survives a program that rewrites line ends", () => {
  const models = [{ provider: "openai", model_id: "gpt-4o", display_name: "\r\n=x" }];
  // An export reads no other attribute than those it names.
  const csv = writeCsv(models as ModelRecord[]).replaceAll("\r\n", "\n");
  expect(readCsv(csv)[0]?.values).toMatchObject({ display_name: "\n=x" });
});
