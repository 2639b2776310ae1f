import { describe, expect, test } from "vitest";
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

describe("the difference of two versions", () => {
  test("lists changed fields, and treats a family name and an ID as different values", () => {
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

  test("ignores the order of names in JSON, and shows invalid JSON as stored", () => {
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
