import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSeed } from "@/scripts/launch/population";

test.each([
  [undefined, "default"],
  ["", "default"],
  ["default", "default"],
  ["none", "none"],
])("SEED=%s means %s", (value, expected) => {
  expect(readSeed(value)).toBe(expected);
});

test("a SEED that names a file without JSON is rejected", () => {
  const folder = mkdtempSync(join(tmpdir(), "switchboard-seed-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "rows.json");
  writeFileSync(file, "LLMModels:");
  expect(() => readSeed(file)).toThrow(`SEED names ${file}, which is not a readable JSON file`);
  writeFileSync(file, "{}");
  expect(readSeed(file)).toBe(file);
});
