import { expect, test } from "vitest";
import { agentRows } from "@/components/agents/table/agent-rows";
import type { UsageReport } from "@/lib/usage/schema";
import { makeAgent } from "../checks/snapshot";

const figures = {
  input_tokens: 9,
  output_tokens: 1,
  unpriced_tokens: 0,
  assumed_tokens: 0,
  derived_tokens: 0,
  unregistered_tokens: 0,
};
const report = {
  groups: [{ key: "busy", name: "busy", ...figures, cost_usd: 3, series: [] }],
} as unknown as UsageReport; // Rows read nothing else of it.

const lists = {
  agents: [
    makeAgent({ agent_name: "busy" }),
    makeAgent({ agent_name: "busy", version: "v0.9" }),
    makeAgent({ agent_name: "idle" }),
  ],
  models: [],
  providers: [],
  mapped: [],
};

test("the newest version is the highest by number, and shows the agent's cost", () => {
  const agents = ["v1.9", "v1.10"].map((version) => makeAgent({ agent_name: "busy", version }));
  const [older] = agentRows({ ...lists, agents, month: report });
  expect(older?.newest).toBe("v1.10");
});

test("monthly cost distinguishes loading, unknown and unused", () => {
  expect(agentRows({ ...lists, month: report })).toMatchObject([
    { month: { cost_usd: 3 }, newest: "v1.0" },
    { month: { cost_usd: 3 }, newest: "v1.0" },
    { month: "no usage", newest: "v1.0" },
  ]);
  expect(agentRows({ ...lists, month: null })[0]?.month).toBe("not known");
  expect(agentRows(lists)[0]?.month).toBeUndefined();
});
