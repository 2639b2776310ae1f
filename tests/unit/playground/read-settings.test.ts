import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { emptyValues, type FormValues, valuesOf } from "@/components/playground/form-values";
import { readSettings } from "@/components/playground/read-settings";

const read = (values: Partial<FormValues>) =>
  readSettings({ ...emptyValues, prompt: "Hello", ...values });

// A browser sets no locale of zod; server modules of this worker may have.
const { localeError } = z.config();
beforeAll(() => void z.config({ localeError: undefined }));
afterAll(() => void z.config({ localeError }));

const tool = { name: "get_weather", parameters: { type: "object" } };

test("empty fields are left out", () => {
  expect(read({ system: "  " }).settings).toEqual({ prompt: "Hello", stream: true });
});

test("filled fields are read and restored unchanged", () => {
  const values = {
    prompt: "Hello",
    system: "Be brief.",
    temperature: "0.5",
    max_tokens: "200",
    tools: JSON.stringify([tool], null, 2),
    stream: false,
  };
  const { settings } = read(values);
  expect(settings).toEqual({ ...values, temperature: 0.5, max_tokens: 200, tools: [tool] });
  expect(settings && valuesOf({ models: ["openai#gpt-4o"], ...settings })).toEqual(values);
});

test("a comma is a decimal point too", () => {
  expect(read({ temperature: "0,7" }).settings?.temperature).toBe(0.7);
});

test.each([
  [{ prompt: " " }, { prompt: "Type a prompt" }],
  [{ temperature: "warm" }, { temperature: "Must be a number" }],
  [{ temperature: "3" }, { temperature: "0 to 2" }],
  [{ max_tokens: "1.5" }, { max_tokens: "Must be a whole number" }],
  [{ max_tokens: "0" }, { max_tokens: "Must be more than 0" }],
  [{ tools: "[" }, { tools: expect.stringMatching(/^This is not JSON\./) }],
  [{ tools: "{}" }, { tools: "Write a list of tools: [ { … } ]" }],
  [{ tools: '[{"name": "get weather"}]' }, { tools: expect.stringMatching(/^Tool 1, name: 1 to/) }],
  [{ tools: "[{}]" }, { tools: "Tool 1, name: has the wrong type or is missing" }],
  [{ tools: '[{"name": "a", "colour": 1}]' }, { tools: "Tool 1: there is no field colour" }],
  [{ tools: '["a"]' }, { tools: "Tool 1: has the wrong type or is missing" }],
])("%j is told at its field", (values, errors) => {
  expect(read(values)).toEqual({ settings: null, errors });
});

test("all invalid fields are reported at once", () => {
  const { errors } = read({ prompt: "", temperature: "9", tools: "x" });
  expect(Object.keys(errors ?? {}).sort()).toEqual(["prompt", "temperature", "tools"]);
});

test("tools in OpenAI's and Anthropic's formats are accepted", () => {
  const { name, parameters } = tool;
  const theirs = [
    { type: "function", function: tool },
    { name, input_schema: parameters },
  ];
  expect(read({ tools: JSON.stringify(theirs) }).settings?.tools).toEqual([tool, tool]);
});
