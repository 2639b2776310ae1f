import { describe, expect, test } from "vitest";
import { findingsOf } from "@/lib/checks/rules/checks";
import { makeAgent, makeModel, makeSnapshot } from "./snapshot";

describe("the request of the runtime", () => {
  const codes = (agent: object, model: object) =>
    findingsOf(makeSnapshot({ agents: [makeAgent(agent)], models: [makeModel(model)] }))
      .filter(({ code }) => /^runtime_|empty_tools/.test(code))
      .map(({ code, subject }) => `${code} ${subject.kind}`);
  const gpt5 = {
    model_id: "gpt-5.4",
    pk: "openai#gpt-5.4",
    provider: "openai",
    provider_id: "openai",
  };
  const on = {
    unified: true,
    llm_model: "gpt-5.4",
    resolves_to: "openai#gpt-5.4",
    tools: [{ tool_name: "clock" }],
  };

  test("is refused by a default, and by the model of an agent", () => {
    expect(codes(on, { ...gpt5, is_default: true })).toEqual([
      "runtime_parameter_refused model",
      "runtime_parameter_refused agent",
    ]);
  });

  test("says nothing of an agent whose caller is the older one", () => {
    expect(codes({ ...on, unified: false }, { ...gpt5, is_default: false })).toEqual([]);
  });
});
