import { expect, test } from "vitest";
import { assertRowFits, itemBytes, maxItemBytes } from "@/lib/aws/item-size";

test("counts names and values in bytes", () => {
  expect(itemBytes({ pk: { S: "ab" } })).toBe(4);
  expect(itemBytes({ ü: { S: "ü𝄞" } })).toBe(8);
  expect(itemBytes({ a: { B: new Uint8Array(10) } })).toBe(11);
  expect(itemBytes({ a: { M: { b: { BOOL: true } } } })).toBeGreaterThanOrEqual(6);
  expect(itemBytes({ a: { L: [{ S: "xyz" }] } })).toBeGreaterThanOrEqual(8);
  expect(itemBytes({ a: { SS: ["xyz", "ü"] } })).toBeGreaterThanOrEqual(6);
  expect(itemBytes({ a: { NULL: true }, b: { N: "-12345" } })).toBeGreaterThanOrEqual(7);
});

test("refuses a row over 400 kB by the name of its largest attribute", () => {
  const row = { pk: { S: "a" }, small: { S: "x" }, large: { S: "x".repeat(maxItemBytes) } };
  expect(() => assertRowFits(row)).toThrow("large is too long: the row would have 410 kB");
  const exact = { v: { S: "x".repeat(maxItemBytes - 1) } };
  expect(() => assertRowFits(exact)).not.toThrow();
  expect(() => assertRowFits(exact, 1)).toThrow("v is too long");
});

test("names the attribute of the changed row, not that of the history", () => {
  const values = { M: { system_prompt: { S: "ü".repeat(110_000) } } };
  expect(() => assertRowFits({ before: values, after: values })).toThrow(
    "system_prompt is too long: the history keeps the values before and after the change",
  );
});
