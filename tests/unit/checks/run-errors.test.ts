import { expect, test } from "vitest";
import { diagnose } from "@/lib/checks/rules/run-errors";
import table from "@/lib/checks/run-errors.json";
import { type Finding, type FindingCode, findingCodes } from "@/lib/findings/schema";

const finding = (code: FindingCode, id = "sql-agent/v1.0"): Finding => ({
  code,
  severity: "error",
  subject: { kind: "agent", id },
  title: "",
  evidence: "",
  fix: "",
});

test("the table names known codes only", () => {
  for (const { codes } of table) {
    for (const code of codes) expect(findingCodes).toContain(code);
  }
});

test.each([
  ["Missing field `endpoint`", "agent_model_missing"],
  ['{"Error":"States.TaskFailed","Cause":"Missing field endpoint"}', "agent_provider_unmapped"],
  ["Unexpected field type", "agent_tools_unsupported"],
  ["HTTP 401: Incorrect API key provided: sk-…", "key_rejected"],
  ["403 Forbidden: Bearer Token has expired", "key_expired"],
  [
    "Invocation of model ID x with on-demand throughput isn’t supported.".replace("’", "'"),
    "bedrock_base_model_id",
  ],
] as const)("%s leads to %s", (text, code) => {
  const found = diagnose(text, [finding(code), finding("price_missing")]);
  expect(found.flatMap(({ findings }) => findings).map((one) => one.code)).toContain(code);
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
