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

test("monthly cost distinguishes loading, unknown and unused", () => {
  expect(agentRows({ ...lists, month: report })).toMatchObject([
    { month: { cost_usd: 3 }, hasVersions: true },
    { month: { cost_usd: 3 }, hasVersions: true },
    { month: "no usage", hasVersions: false },
  ]);
  expect(agentRows({ ...lists, month: null })[0]?.month).toBe("not known");
  expect(agentRows(lists)[0]?.month).toBeUndefined();
});
