import type { ToolCall } from "@/lib/completions/schema";
import type { Expectation } from "./case-schema";

type Answer = { text: string; tool_calls: readonly ToolCall[] };

/** Whether an answer meets all expectations; null if there are none. */
export function meetsExpectations(
  { text, tool_calls }: Answer,
  expected: Expectation | undefined,
): boolean | null {
  if (!expected || Object.keys(expected).length === 0) return null;
  const { tool, contains } = expected;
  if (tool !== undefined && !tool_calls.some(({ name }) => name === tool)) return false;
  if (contains !== undefined && !text.toLowerCase().includes(contains.toLowerCase())) return false;
  if (!("json" in expected)) return true;
  const values = [jsonOf(text), ...tool_calls.map((call) => call.arguments)];
  return values.some((value) => includes(value, expected.json));
}

/** Parses JSON, also inside a code fence; undefined if it isn't JSON. */
function jsonOf(text: string): unknown {
  const lines = text.trim().split("\n");
  const isFenced = /^```(json)?$/.test(lines[0]?.trim() ?? "") && lines.at(-1)?.trim() === "```";
  try {
    return JSON.parse(isFenced ? lines.slice(1, -1).join("\n") : text);
  } catch {
    return undefined;
  }
}

/** Whether the value has at least these members. Lists must have the same length. */
function includes(value: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(value) &&
      value.length === expected.length &&
      expected.every((part, index) => includes(value[index], part))
    );
  }
  if (typeof expected !== "object" || expected === null) return value === expected;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members = value as Record<string, unknown>; // An object by the line above.
  return Object.entries(expected).every(
    ([name, part]) => Object.hasOwn(members, name) && includes(members[name], part),
  );
}
