import { expect, test } from "vitest";
import type { TrialCase } from "@/lib/trials/rules/case-schema";
import { parseJsonl, toJsonl } from "@/lib/trials/rules/jsonl";
import { maxCases } from "@/lib/trials/rules/limits";

const messages = [{ role: "user" as const, content: "How many\norders?" }];
const line = JSON.stringify({ messages });

test("cases are written one a line and read again unchanged", () => {
  const cases: TrialCase[] = [
    { messages },
    { messages, expect: { tool: "search", contains: "12", json: { total: [12, null] } } },
    {
      messages: [
        ...messages,
        { role: "assistant", content: [{ type: "tool_call", id: "1", name: "a", arguments: {} }] },
        { role: "user", content: [{ type: "tool_result", tool_call_id: "1", content: "[]" }] },
      ],
    },
  ];
  const jsonl = toJsonl(cases);
  expect(jsonl.split("\n")).toHaveLength(cases.length);
  expect(parseJsonl(jsonl)).toEqual(cases);
});

test("a byte order mark, Windows line ends and empty lines are no cases", () => {
  expect(parseJsonl(`\uFEFF${line}\r\n\r\n${line}\r\n`)).toEqual([{ messages }, { messages }]);
  expect(parseJsonl(" \n")).toEqual([]);
});

test.each([
  [`${line}\nnot json`, "Line 2: This is not JSON"],
  [`\n\n{"messages": []}`, "Line 3: messages: At least one message"],
  ['{"messages": "Hello"}', "Line 1: messages: Must be a list of messages"],
  ["{}", "Line 1: messages: Must be a list of messages"],
  ["[]", "Line 1: Must be an object"],
  ["null", "Line 1: Must be an object"],
  ['{"messages": [{"role": "system", "content": "Be brief."}]}', /^Line 1: messages\.0\.role: /],
  ['{"messages": [{"role": "user"}]}', /^Line 1: messages\.0\.content: /],
  [
    `{"messages": ${JSON.stringify(messages)}, "ideal": "12"}`,
    "Line 1: There is no field ideal. Remove it.",
  ],
  [
    `{"messages": ${JSON.stringify(messages)}, "expect": {"contain": "12"}}`,
    "Line 1: expect: There is no field contain. Remove it.",
  ],
  [
    `{"messages": ${JSON.stringify(messages)}, "expect": "12"}`,
    "Line 1: expect: Must be an object",
  ],
  [
    `{"messages": ${JSON.stringify(messages)}, "expect": {"tool": ""}}`,
    "Line 1: expect.tool: Name the tool",
  ],
  [
    Array.from({ length: maxCases + 1 }, () => line).join("\n"),
    `Line ${maxCases + 1}: At most ${maxCases} cases`,
  ],
])("a bad line is named: %j", (text, message) => {
  expect(() => parseJsonl(text)).toThrow(message);
});

test("the first five wrong lines are named together", () => {
  const wrong = ["{}", line, "not json", ...Array.from({ length: 9 }, () => "[]")].join("\n");
  expect(() => parseJsonl(wrong)).toThrow(
    /^Line 1: messages: [^;]+; Line 3: This is not JSON; Line 4: [^;]+; Line 5: [^;]+; Line 6: [^;]+$/,
  );
});
