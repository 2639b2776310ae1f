import { expect, test } from "vitest";
import { parseJsonText } from "@/lib/parse-json";

test.each(['"a\\ud83d\\ude00b"', '"\\\\ud800"', '{"a":["😀"]}'])("%s is a whole text", (text) => {
  expect(parseJsonText(text)).toEqual(JSON.parse(text));
});

test.each(['"a\\ud83d"', '{"a":["\\uDE00b"]}', "{"])("%s is no JSON of ours", (text) => {
  expect(() => parseJsonText(text)).toThrow(SyntaxError);
});
