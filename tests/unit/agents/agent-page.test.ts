import { describe, expect, test } from "vitest";
import { agentTestPlan } from "@/components/agents/page/test-settings";
import { versionDiff } from "@/components/agents/page/version-diff";
import type { AgentRecord } from "@/lib/agents/schema";
import { makeAgent as makeValidAgent } from "../checks/snapshot";

const anAgent = (more: Partial<AgentRecord> = {}) =>
  makeValidAgent({
    llm_provider: "google",
    llm_model: "gemini-2.0-flash",
    provider_id: "google",
    tools: ["a", { tool_id: "b" }, { name: "a", enabled: true }],
    parameters: { max_tokens: 4096, temperature: 0 },
    ...more,
  });

describe("what a test of an agent sends", () => {
  test("is its prompt, its limits and each of its tools once, not streamed", () => {
    const parameters = { type: "object", properties: {} };
    expect(agentTestPlan(anAgent())).toEqual({
      settings: {
        stream: false,
        system: "You are brief.",
        max_tokens: 4096,
        temperature: 0,
        tools: [
          { name: "a", parameters },
          { name: "b", parameters },
        ],
      },
      leftOut: [],
    });
  });

  test("leaves out what no provider takes, with the reason", () => {
    const agent = anAgent({
      system_prompt: "",
      tools: [{ name: "off", enabled: false }, "two words"],
      parameters: { max_tokens: "4096", temperature: 3 },
    });
    const { settings, leftOut } = agentTestPlan(agent);
    expect(settings).toEqual({ stream: false });
    expect(leftOut).toEqual([
      "off: switched off",
      expect.stringContaining("two words"),
      expect.stringContaining('max_tokens "4096"'),
      expect.stringContaining("temperature 3"),
    ]);
  });

  test("needs nothing that the row does not have", () => {
    const agent = anAgent({ system_prompt: null, tools: null, parameters: null });
    expect(agentTestPlan(agent)).toEqual({ settings: { stream: false }, leftOut: [] });
  });
});

describe("the difference of two versions", () => {
  test("is told by field, with a family name and an id of one provider as two values", () => {
    const { changed, same } = versionDiff(
      anAgent({ version: "v0.9", llm_provider: "gemini", status: null }),
      anAgent(),
    );
    expect(changed).toEqual([
      { label: "Status", before: null, after: "active" },
      { label: "Provider", before: "Google (gemini)", after: "Google (google)" },
    ]);
    expect(same).toContain("System prompt");
  });

  test("does not mind the order of names in JSON, and shows what does not parse as it is stored", () => {
    const before = anAgent({
      parameters: { temperature: 0, max_tokens: 4096 },
      metadata: null,
      unparsed: { metadata: "{'llm_type'}" },
    });
    const { changed, same } = versionDiff(before, anAgent());
    expect(same).toContain("Parameters");
    expect(changed).toEqual([
      {
        label: "Metadata",
        before: "{'llm_type'}",
        after: '{\n  "llm_type": "unified-rust"\n}',
      },
    ]);
  });
});
