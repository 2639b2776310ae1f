import { describe, expect, test } from "vitest";
import { findContradictions } from "@/lib/capabilities/rules/contradictions";
import type { CapabilityVerdict } from "@/lib/capabilities/schema";
import { ProbeRequest, requestedCapabilities } from "@/lib/capabilities/schema";
import { disprovedUses } from "@/lib/checks/rules/disproved-uses";

const proof = (verdict: CapabilityVerdict) => ({
  verdict,
  at: "2026-11-20T10:00:00.000Z",
  by: "Ada",
  detail: "It did.",
  code: null,
  fix: null,
  simulated: false,
});

function proved(tools: CapabilityVerdict | null, vision: CapabilityVerdict | null = null) {
  return {
    tools: tools && proof(tools),
    vision: vision && proof(vision),
    streaming: proof("disproved"),
  };
}

const row = (supports_tools: boolean | null, supports_vision: boolean | null = null) => ({
  supports_tools,
  supports_vision,
});

describe("contradictions", () => {
  test.each([
    [true, "proved", []],
    [false, "disproved", []],
    [true, "not_known", []],
    [null, "not_known", []],
    [true, "disproved", [{ name: "tools", stated: true, observed: false }]],
    [false, "proved", [{ name: "tools", stated: false, observed: true }]],
    [null, "proved", [{ name: "tools", stated: null, observed: true }]],
    [null, "disproved", [{ name: "tools", stated: null, observed: false }]],
  ] as const)("a row that says %s with tools %s", (said, verdict, expected) => {
    expect(findContradictions(row(said), proved(verdict))).toMatchObject(expected);
    expect(findContradictions(row(said), proved(verdict))).toHaveLength(expected.length);
  });

  test("a capability that was never probed is not contradicted", () => {
    expect(findContradictions(row(true, true), null)).toEqual([]);
    expect(findContradictions(row(true, true), proved(null))).toEqual([]);
  });

  test("tools and images are distinguished, with the attribute to correct", () => {
    const found = findContradictions(row(true, false), proved("disproved", "proved"));
    expect(found.map(({ attribute, observed }) => [attribute, observed])).toEqual([
      ["supports_tools", false],
      ["supports_vision", true],
    ]);
  });
});

describe("disproved uses", () => {
  const agent = (agent_name: string, tools: unknown[] | null) => ({ agent_name, tools });
  const agents = [
    agent("with-tools", ["search", { name: "sql", enabled: false }]),
    agent("tools-off", [{ tool_name: "sql", enabled: false }]),
    agent("without", []),
    agent("malformed", null),
  ];
  const uses = (stated: boolean | null, verdict: CapabilityVerdict | null) => {
    const model = { ...row(stated), capabilities_proved: verdict && proved(verdict) };
    const { promised, stranded } = disprovedUses(model, agents);
    return [promised.map(({ name }) => name), stranded.map(({ agent_name }) => agent_name)];
  };

  test("a promise that was disproved, and the agents that rely on it", () => {
    expect(uses(true, "disproved")).toEqual([["tools"], ["with-tools"]]);
  });

  test("agents are stranded whatever the row says", () => {
    expect(uses(null, "disproved")).toEqual([[], ["with-tools"]]);
    expect(uses(false, "disproved")).toEqual([[], ["with-tools"]]);
  });

  test("no agent is stranded without a disproof", () => {
    for (const verdict of ["proved", "not_known", null] as const) {
      expect(uses(true, verdict)).toEqual([[], []]);
    }
  });
});

describe("what a probe asks for", () => {
  test.each([
    [{}, ["tools", "vision", "streaming"]],
    [{ vision: true }, ["vision"]],
    [{ vision: false }, ["tools", "streaming"]],
    [{ tools: true, vision: false }, ["tools"]],
  ])("%j is %j", (request, expected) => {
    expect(requestedCapabilities(request)).toEqual(expected);
  });

  test("nothing at all is refused", () => {
    const none = { tools: false, vision: false, streaming: false };
    expect(ProbeRequest.safeParse(none).success).toBe(false);
    expect(ProbeRequest.safeParse({ tools: "yes" }).success).toBe(false);
    expect(ProbeRequest.safeParse({ speech: true }).success).toBe(false);
  });
});
