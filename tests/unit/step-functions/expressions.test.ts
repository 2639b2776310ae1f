import { describe, expect, test } from "vitest";
import { evaluateAs, evaluateField } from "@/scripts/embedded/step-functions/expressions";

const bindings = {
  count: 3,
  states: { input: { a: 1, list: [], one: [7], nothing: null }, context: {} },
};
const evaluated = (expression: string) => evaluateField(`{% ${expression} %}`, "Output", bindings);

describe("an expression", () => {
  test.each([
    ["$states.input.a + $count", 4],
    ["$states.input.list", []],
    ["$states.input.one", [7]],
    ["$states.input.nothing", null],
    ["$parse('{\"a\": [1]}')", { a: [1] }],
    ["$partition([1, 2, 3], 2.9)", [[1, 2], [3]]],
    ["$range(0, 6, 3)", [0, 3, 6]],
    ["$range(-1.7, 1, 1)", [-1, 0, 1]],
    ["$range(7, 7, 1)", 7],
    ["$hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
    ["$random(7) = $random(7)", true],
    ["$length($uuid())", 36],
    ["{'a': $states.input.gone, 'b': 1}", { b: 1 }],
  ])("%s", async (expression, expected) => {
    expect(await evaluated(expression)).toEqual(expected);
  });

  test.each([
    ["$states.input.gone", "returned nothing (undefined)."],
    ["$parse($states.input.gone)", "returned nothing (undefined)."],
    ["$partition([1], 0)", "returned nothing (undefined)."],
    ["$hash('a', 'sha-1')", "returned nothing (undefined)."],
    ["$parse('{')", "threw an error during evaluation: "],
    ["$eval('1')", "threw an error during evaluation. T1006: "],
    [
      "$range('0', 4, 1)",
      'threw an error during evaluation. T0410: Argument 1 of function "range" does not match function signature',
    ],
    ["( $f := function($n) { 1 + $f($n) }; $f(1) )", "threw an error during evaluation. D1011: "],
  ])("%s fails", async (expression, what) => {
    await expect(evaluated(expression)).rejects.toMatchObject({
      error: "States.QueryEvaluationError",
      location: "Output",
      reason: expect.stringContaining(
        `The JSONata expression '${expression}' specified for the field 'Output' ${what}`,
      ),
    });
  });

  test("without an end is cut off after a second", async () => {
    await expect(evaluated("( $f := function($n) { $f($n) }; $f(1) )")).rejects.toMatchObject({
      reason: expect.stringContaining("D1012: "),
    });
  });
});

test("a field's text without an expression stays as it is", async () => {
  const field = { a: "{% 1 %} and more", b: [true, 5, null] };
  expect(await evaluateField(field, "Output", bindings)).toEqual(field);
});

test("an expression inside an object or list is named by its place", async () => {
  const field = { a: { b: [1, "{% $states.input.gone %}"] } };
  await expect(evaluateField(field, "Output", bindings)).rejects.toMatchObject({
    location: "Output/a/b[1]",
  });
});

test("a value of the wrong type says what was expected", async () => {
  await expect(
    evaluateAs("boolean", "{% 'yes' %}", "Choices[0]/Condition", bindings),
  ).rejects.toMatchObject({
    reason:
      "The JSONata expression ''yes'' specified for the field 'Choices[0]/Condition' returned an unexpected result type. Expected 'boolean', but was 'string' for value: \"yes\"",
  });
});
