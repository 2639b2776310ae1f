import { describe, expect, it } from "vitest";
import { readCsv, readJsonRows } from "@/lib/models/rules/transfer";

const fileBytes = 10_000_000;
const filled = (unit: string, bytes = fileBytes) => unit.repeat(Math.floor(bytes / unit.length));
const header = "provider,model_id,display_name\n";
const tooLarge = expect.objectContaining({ code: "too_large" });

/** Files that took seconds or minutes, or memory of many times their size. */
const csvFiles: Record<string, string> = {
  "short lines": header + filled("a\n"),
  "empty lines": header + filled("\r\n"),
  quotes: filled('"'),
  "quotes that close nothing": header + filled('"a" '),
  "pairs of quotes": header + filled('"""",'),
  "a line of cells": filled(","),
  "columns without a name": `${filled(",", 400_000)}\n${filled(",", 90_000)}`,
  "a cell of digits": `${header}openai,gpt-4o,${filled("1", 110_000)}\n`,
  "quoted lines": header + filled('"a"\n', 400_000),
};

describe("a file that is refused before it is read", () => {
  it.each(Object.keys(csvFiles))("CSV: %s", (name) => {
    expect(() => readCsv(csvFiles[name] ?? "")).toThrow(tooLarge);
  });

  it.each(
    Object.entries({
      "empty lists": `[${filled("[],")}[]]`,
      numbers: `[${filled("1,")}1]`,
      "objects of nothing": `[${filled("{},", 300_000)}{}]`,
      nesting: filled("["),
      "an object of many members": `[{${Array.from({ length: 2_000 }, (_, at) => `"k${at}":1`)}}]`,
      "a text of digits": `[{"provider":"openai","model_id":"${filled("1", 110_000)}"}]`,
    }),
  )("JSON: %s", (_, text) => {
    expect(() => readJsonRows(text)).toThrow(tooLarge);
  });

  it("doesn't include one of thousands of models with every cell quoted", () => {
    const line = `"openai","gpt-4o","${"Name, with a comma ".repeat(10)}"\r\n`;
    const rows = readCsv(`"provider","model_id","display_name"\r\n${line.repeat(9_000)}`);
    expect(rows).toHaveLength(9_000);
  });

  it.each([";", "\t", "|", ","])("nor one whose cells are separated by %j", (separator) => {
    const text = ["provider", "model_id"].join(separator);
    expect(readCsv(`${text}\nopenai${separator}gpt-4o\n`)).toMatchObject([
      { row: 1, values: { provider: "openai", model_id: "gpt-4o" } },
    ]);
  });
});
