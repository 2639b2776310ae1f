import { expect, test } from "vitest";
import { findForeignKeys, toProviderKey } from "@/lib/keys/rules/state";

const written = {
  fingerprint: "2026-11-22T12:00:00.000Z#here",
  at: "2026-11-22T12:00:00.000Z",
  version_id: "v1",
};
/** Whether somebody is said to have put an older value over ours. */
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
  ["never noted", true],
  [null, true],
])("a foreign value noted at %s is an overwriting: %s", (updatedAt, expected) => {
  expect(isOverwritten(updatedAt)).toBe(expected);
});

test("a name of every object is a foreign name like any other", () => {
  const values = JSON.parse('{"__proto__":"x","constructor":"y","GOOGLE_API_KEY":"z"}');
  expect(findForeignKeys(values, []).map(({ meant_as }) => meant_as)).toEqual([
    null,
    null,
    "GEMINI_API_KEY",
  ]);
});
