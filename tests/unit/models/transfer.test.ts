import { describe, expect, test } from "vitest";
import { readCsv, writeCsv } from "@/lib/models/rules/transfer";
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

test("a name that begins with a line break survives a program that rewrites line ends", () => {
  const models = [{ provider: "openai", model_id: "gpt-4o", display_name: "\r\n=x" }];
  // An export reads no other attribute than those it names.
  const csv = writeCsv(models as ModelRecord[]).replaceAll("\r\n", "\n");
  expect(readCsv(csv)[0]?.values).toMatchObject({ display_name: "\n=x" });
});
