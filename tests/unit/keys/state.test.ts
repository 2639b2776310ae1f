import { expect, test } from "vitest";
import { findForeignKeys, toProviderKey } from "@/lib/keys/rules/state";

const written = {
  fingerprint: "2026-11-22T12:00:00.000Z#here",
  at: "2026-11-22T12:00:00.000Z",
  version_id: "v1",
};
/** Whether the key counts as overwritten. */
const isOverwritten = (updatedAt: string | null) =>
  toProviderKey(
    "openai",
    { value: "sk-of-somebody-else", updatedAt, updatedBy: null },
    { checked: null, written },
  ).overwritten_since !== null;

test.each([
  ["2026-11-22T12:00:01.000Z", false],
  ["2026-11-22T12:00:01.000000+00:00", false],
  ["2026-11-22T12:00:01.000000", false],
  ["2026-11-22T07:00:01-05:00", false],
  ["2026-11-22T13:30:00+02:00", true],
  ["2026-11-22T11:59:59.999Z", true],
  ["not a time", true],
  [null, true],
])("a value written elsewhere at %s counts as an overwrite: %s", (updatedAt, expected) => {
  expect(isOverwritten(updatedAt)).toBe(expected);
});

test("a name of Object.prototype is a foreign name like any other", () => {
  const values = JSON.parse('{"__proto__":"x","constructor":"y","GOOGLE_API_KEY":"z"}');
  expect(findForeignKeys(values, []).map(({ meant_as }) => meant_as)).toEqual([
    null,
    null,
    "GEMINI_API_KEY",
  ]);
});
