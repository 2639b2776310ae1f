import { describe, expect, test } from "vitest";
import { diagnose } from "@/lib/findings/rules/run-errors";
import table from "@/lib/findings/run-errors.json";
import { type Finding, type FindingCode, findingCodes } from "@/lib/findings/schema";
import { processorMs } from "../../support/elapsed";
import texts from "../../support/run-error-texts.json";

const finding = (
  code: FindingCode,
  id = "sql-agent/v1.0",
  kind: Finding["subject"]["kind"] = "agent",
): Finding => ({
  code,
  severity: "error",
  subject: { kind, id },
  title: "",
  evidence: "",
  fix: "",
});

test("the table names known codes only", () => {
  for (const { codes } of table) {
    for (const code of codes) expect(findingCodes).toContain(code);
  }
});

describe.each(texts)("$text", ({ text, code, model_id }) => {
  const cause = JSON.stringify({ errorType: "&alloc::boxed::Box<dyn Error>", errorMessage: text });
  test.each([
    ["alone", text],
    ["as the caller's answer", cause],
    ["in a failed event", JSON.stringify({ error: "&alloc::boxed::Box<dyn Error>", cause })],
    ["in a console's copy", `Failed at 401 ms\nCause\n${cause}\nState: Call Unified LLM`],
  ])("%s", (_, copy) => {
    const [diagnosis] = diagnose(copy, []);
    expect(diagnosis).toMatchObject({ code, fix: expect.stringMatching(/\.$/) });
    if (model_id) expect(diagnosis?.name).toContain(model_id);
  });
});

test("a specific cause hides what the same answer says in general", () => {
  const text =
    "Provider API error: openai returned 429: You exceeded your current quota (insufficient_quota)";
  expect(diagnose(text, []).map(({ code }) => code)).toEqual(["quota_exhausted"]);
});

test("findings of the unknown model and of its agents come first", () => {
  const [other, own, agent] = [
    finding("model_retired", "openai#gpt-9", "model"),
    finding("model_test_failed", "openai#gpt-9-nano", "model"),
    finding("agent_model_missing", "sql-agent/v1.0"),
  ];
  const [diagnosis] = diagnose("The model `gpt-9-nano` does not exist", [other, agent, own]);
  expect(diagnosis?.findings).toEqual([own]);
  expect(diagnose("The model `gpt-9-nano` does not exist", [other])[0]?.findings).toEqual([]);
});

test.each([
  ["missing field ", 7_000],
  ["the model `x", 8_000],
  ["does not support ", 6_000],
  ['{"cause":"', 11_000],
  ["\\\\", 50_000],
  [" ", 100_000],
  ["[", 100_000],
])("%j, many times over, is compared in linear time", (part, times) => {
  const text = part.repeat(times).slice(0, 100_000);
  expect(processorMs(() => diagnose(text, []))).toBeLessThan(500);
});

test("the agent that the text names comes alone", () => {
  const both = [
    finding("agent_model_missing", "a-agent/v1.0"),
    finding("agent_model_missing", "b-agent/v1.0"),
  ];
  const [diagnosis] = diagnose("b-agent: Missing field endpoint", both);
  expect(diagnosis?.findings.map(({ subject }) => subject.id)).toEqual(["b-agent/v1.0"]);
});

test("an unknown text has no diagnosis", () => {
  expect(diagnose("the weather is fine", [finding("key_missing")])).toEqual([]);
});
