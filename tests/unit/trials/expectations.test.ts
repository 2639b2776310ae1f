import { expect, test } from "vitest";
import type { Expectation } from "@/lib/trials/rules/case-schema";
import { meetsExpectations } from "@/lib/trials/rules/expectations";

const call = (name: string, input: unknown = {}) => ({ id: "1", name, arguments: input });
const nothing = { text: "", tool_calls: [] };
const says = (text: string) => ({ text, tool_calls: [] });
const calls = (...tool_calls: ReturnType<typeof call>[]) => ({ text: "", tool_calls });

type Row = [Expectation | undefined, Parameters<typeof meetsExpectations>[0], boolean | null];

test.each<Row>([
  [undefined, nothing, null],
  [{}, nothing, null],
  [{ tool: "search" }, calls(call("search")), true],
  [{ tool: "search" }, calls(call("read"), call("search")), true],
  [{ tool: "search" }, calls(call("Search")), false],
  [{ tool: "search" }, says("search"), false],
  [{ contains: "Total: 12" }, says("The total: 12."), true],
  [{ contains: "12" }, calls(call("search", { query: "12" })), false],
  [{ tool: "search", contains: "12" }, calls(call("search")), false],
  [{ json: { city: "Rome" } }, says('{"city": "Rome", "country": "IT"}'), true],
  [{ json: { city: "Rome" } }, says('```json\n{"city": "Rome"}\n```'), true],
  [{ json: { city: "Rome" } }, says('Here it is: {"city": "Rome"}'), false],
  [{ json: { city: "Rome" } }, calls(call("read"), call("search", { city: "Rome" })), true],
  [{ json: { city: "Rome" } }, says('["city"]'), false],
  [{ json: { at: { city: "Rome" } } }, says('{"at": {"city": "Rome", "zip": "00100"}}'), true],
  [{ json: [1, 2] }, says("[1, 2]"), true],
  [{ json: [1] }, says("[1, 2]"), false],
  [{ json: [{ id: 1 }] }, says('[{"id": 1, "name": "a"}]'), true],
  [{ json: null }, says("null"), true],
  [{ json: null }, says(""), false],
  [{ json: { toString: null } }, says("{}"), false],
])("of %j, %j meets: %j", (expected, answer, met) => {
  expect(meetsExpectations(answer, expected)).toBe(met);
});
