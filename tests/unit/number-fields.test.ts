import { expect, test } from "vitest";
import { TypedBudget } from "@/components/budgets/budget-values";
import { readWorkload } from "@/components/costs/workload";
import { EditedModel, formValues } from "@/components/models/edit/form-values";
import { emptyValues } from "@/components/playground/form-values";
import { readSettings } from "@/components/playground/read-settings";

type Reading = number | string | null | undefined;

/** What each number field of the console reads: the number, or the message at the field. */
const fields: Record<string, (text: string) => Reading> = {
  budget: (monthly_usd) => {
    const parsed = TypedBudget.safeParse({ scope: "agent", key: "sql-agent", monthly_usd });
    return parsed.success ? parsed.data.monthly_usd : parsed.error.issues[0]?.message;
  },
  price: (text) => modelField("input_price", { input_price: { text, unit: "1M" } }),
  "price per 1K": (text) => modelField("input_price", { input_price: { text, unit: "1K" } }),
  "max tokens": (max_tokens) => modelField("max_tokens", { max_tokens }),
  temperature: (temperature) => {
    const { settings, errors } = readSettings({ ...emptyValues, prompt: "Hi", temperature });
    return settings ? settings.temperature : errors.temperature;
  },
  "max tokens of an answer": (max_tokens) => {
    const { settings, errors } = readSettings({ ...emptyValues, prompt: "Hi", max_tokens });
    return settings ? settings.max_tokens : errors.max_tokens;
  },
  calculator: (input) => {
    const { workload, errors } = readWorkload({ input, output: "1", cached: "", calls: "1" });
    return workload ? workload.input_tokens : errors.input;
  },
};

function modelField(
  name: "input_price" | "max_tokens",
  typed: Partial<ReturnType<typeof formValues>>,
): Reading {
  const values = { ...formValues({ display_name: "Model" }, "1M"), ...typed };
  const parsed = EditedModel.safeParse(values);
  return parsed.success ? parsed.data[name] : parsed.error.issues[0]?.message;
}

const ambiguous = (text: string) => `${text} could be 1000 or 1. Type one of these.`;

test.each(Object.keys(fields))("%s: one separator before three digits is ambiguous", (name) => {
  expect(fields[name]?.("1,000")).toBe(ambiguous("1,000"));
  expect(fields[name]?.("1.000")).toBe(ambiguous("1.000"));
});

test.each([
  ["budget", "10,50", 10.5],
  ["budget", "0,5", 0.5],
  ["budget", "1.000,50", 1000.5],
  ["budget", "1 000", 1000],
  ["budget", "$1,204.50", 1204.5],
  ["price", "0,15", 0.15],
  ["price", "1'000", 1000],
  ["price", "2.5e-1", 0.25],
  ["price", "", null],
  ["price per 1K", "0,00015", 0.15],
  ["max tokens", "1 000", 1000],
  ["max tokens", "1'000'000", 1_000_000],
  ["max tokens", "1,000,000", 1_000_000],
  ["max tokens", "1e6", 1_000_000],
  ["max tokens", "", null],
  ["temperature", "0,7", 0.7],
  ["max tokens of an answer", "1 000", 1000],
  ["max tokens of an answer", "", undefined],
  ["calculator", "1.000.000", 1_000_000],
  ["calculator", "1 500", 1500],
  ["calculator", "", 0],
])("%s reads %j as %j", (name, text, value) => {
  expect(fields[name]?.(text)).toBe(value);
});

test.each(Object.keys(fields))("%s: text and misplaced separators are refused", (name) => {
  for (const text of ["ten", "1 00", "1,0,5", "0x10", "Infinity"]) {
    expect(fields[name]?.(text)).toEqual(expect.stringMatching(/^(Type a|Must be a)/));
  }
});

test.each(["max tokens", "max tokens of an answer", "calculator"])("%s: whole", (name) => {
  expect(fields[name]?.("10,5")).toEqual(expect.stringMatching(/whole number/));
});

test("a stored number is read back from the field that shows it", () => {
  const stored = { display_name: "Model", input_price: 1.125, output_price: 12.345 };
  const parsed = EditedModel.safeParse(formValues(stored, "1M"));
  expect(parsed.data).toMatchObject({ input_price: 1.125, output_price: 12.345 });
  expect(EditedModel.safeParse(formValues(stored, "1K")).data).toMatchObject({
    input_price: 1.125,
    output_price: 12.345,
  });
});
