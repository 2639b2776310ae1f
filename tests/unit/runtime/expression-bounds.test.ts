import { describe, expect, test } from "vitest";
import { evaluateExpression, runEvaluator } from "@/lib/runtime/expression-service";
import { parseDefinition } from "@/lib/runtime/rules/definition";
import { longestTurn, maxTurnMs } from "../../support/turns";

const digits = "1234567890".repeat(900);
const double = (depth: number) =>
  `($f := function($s, $n) { $n = 0 ? $s : $f($s & $s, $n - 1) }; $f('${"a".repeat(16)}', ${depth}))`;

describe("an expression that would take too long is given up, and nobody else waits:", () => {
  test.each([
    ["an endless loop", "($f := function($n) { $f($n + 1) }; $f(0))"],
    ["an endless list", "($f := function($l) { $f($append($l, $l)) }; $f([1, 2]))"],
    ["a text that doubles", double(40)],
    ["the length of a text that doubles", `$length(${double(40)})`],
    ["a wide text", "$pad('a', 1000000000)"],
    ["a text joined of long ones", `$join([1..90000].('${"a".repeat(9_000)}'))`],
    ["a text replaced by long ones", `$replace('${digits}', '1', '${digits}')`],
    ["the JSON of one text many times", `$string([1..90000].('${digits}'))`],
    ["one text many times", `[1..90000].('${digits}')`],
    ["distinct items of many", "$distinct([1..90000])"],
    ["many items in order", "$sort([1..90000].(90000 - $))"],
    ["a list of ten million", "[1..10000000]"],
    ["lists of lists", "[1..1000].([1..1000].([1..1000]))"],
    ["a long picture", `$formatNumber(1, $pad('', 200000, '#'))`],
    ["repeated groups", `$match('${"a".repeat(40)}b', /(a+)+c/)`],
    ["repeated alternatives", `$match('${"a".repeat(40)}b', /(a|aa)*c/)`],
    ["four repetitions", `$contains('${"a".repeat(9_000)}', /a*a*a*a*b/)`],
    ["a repetition from each place", `$contains($pad('', 200000, 'a'), /a+b/)`],
    [
      "optional characters",
      `$contains('${"a".repeat(60)}', /${"a?".repeat(60)}${"a".repeat(60)}b/)`,
    ],
    ["counted repetitions", `$contains('${"a".repeat(5_000)}', /a{1,5000}a{1,5000}b/)`],
  ])("%s", async (_, expression) => {
    let found: unknown;
    const turn = await longestTurn(async () => {
      found = await evaluateExpression(expression, {});
    });
    expect(found).toHaveProperty("limit");
    expect(turn).toBeLessThan(maxTurnMs);
  });

  test("recursion without end fails, as on Step Functions", async () => {
    const deep = "($f := function($n) { 1 + $f($n + 1) }; $f(0))";
    expect(await evaluateExpression(deep, {})).toEqual({ thrown: expect.stringMatching(/D1011/) });
  });
});

test("expressions of a run get a second together", async () => {
  const evaluate = runEvaluator();
  const endless = "($f := function($n) { $f($n + 1) }; $f(0))";
  const found: unknown[] = [];
  for (let round = 0; round < 10; round += 1) found.push(await evaluate(endless, {}));
  expect(found.at(-1)).toEqual({ limit: "comes after others that took too long" });
  expect(await evaluate("1", {})).toHaveProperty("limit");
  expect(await runEvaluator()("1", {})).toEqual({ value: 1 });
});

test.each([
  ["$distinct([2, 1, 2])", [2, 1]],
  ["$sort(['b', 'a'])", ["a", "b"]],
  ["$sort([3, 1, 2], function($l, $r) { $l < $r })", [3, 2, 1]],
  ["$pad('a', -3, '-')", "--a"],
  ["$join(['a', 'b'], ', ')", "a, b"],
  ["$string({'a': [1, null]})", '{"a":[1,null]}'],
  ["$string({'a': 1}, true)", '{\n  "a": 1\n}'],
  ["['a', 'b'].$string()", ["a", "b"]],
  ["$replace('a-b-c', '-', '+', 1)", "a+b-c"],
  ["$replace('abc', /b/, function($m) { $uppercase($m.match) })", "aBc"],
  ["$map(['a', 'b'], function($s) { $pad($s, 2, '.') })", ["a.", "b."]],
  ["$formatNumber(1234.5, '#,##0.00')", "1,234.50"],
  ["$formatInteger(7, 'w')", "seven"],
  ["$fromMillis(0, '[Y]-[M01]-[D01]')", "1970-01-01"],
  ["$toMillis('1970-01-02', '[Y]-[M01]-[D01]')", 86_400_000],
  ["$split('a, b,c', /,\\s*/)", ["a", "b", "c"]],
])("%s is evaluated", async (expression, value) => {
  expect(await evaluateExpression(expression, {})).toEqual({ value });
});

test.each([
  [
    "nested deeply",
    `{"StartAt":"A","States":{"A":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}}`,
  ],
  ["of a million values", `{"StartAt":"A","States":{"A":{"a":[${"1,".repeat(400_000)}1]}}}`],
])("a definition %s is none", async (_, text) => {
  const turn = await longestTurn(async () => expect(parseDefinition(text)).toBeNull());
  expect(turn).toBeLessThan(maxTurnMs);
});
