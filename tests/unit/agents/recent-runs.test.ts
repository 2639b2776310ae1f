import { expect, test } from "vitest";
import { agentRows, failedShare } from "@/components/agents/table/agent-rows";
import type { RecentRunsList } from "@/lib/run-health/schema";
import { makeAgent } from "../checks/snapshot";

const names = ["busy", "idle", "homeless", "new"];
const lists = {
  agents: names.map((agent_name) => makeAgent({ agent_name })),
  models: [],
  providers: [],
  mapped: [],
};
const version = "v1.0";
const recent: RecentRunsList = {
  as_of: "2026-11-29T06:00:00.000Z",
  unread: null,
  agents: [
    { agent_name: "busy", version, last_run_at: "2026-11-29T05:55:00.000Z", runs: 8, failed: 2 },
    { agent_name: "idle", version, last_run_at: null, runs: 0, failed: 0 },
  ],
  unknown: [{ agent_name: "homeless", version, why: "Its row names no state machine." }],
  shared: [{ agent_name: "busy", version, why: "busy v0.9 names the same state machine." }],
};

test("recent runs distinguish loading, failures, no runs and unknown agents", () => {
  const [busy, idle, homeless, added] = agentRows({ ...lists, recent });
  expect(busy?.recent).toMatchObject({ runs: 8, shared: expect.stringContaining("v0.9") });
  expect(idle?.recent).toMatchObject({ last_run_at: null });
  expect(homeless?.recent).toEqual({ reason: "Its row names no state machine." });
  expect(added?.recent).toEqual({ reason: "The runs could not be read." });
  expect([busy, idle, homeless].map((row) => row && failedShare(row))).toEqual([
    0.25,
    undefined,
    undefined,
  ]);
  expect(agentRows(lists)[0]?.recent).toBeUndefined();
  expect(agentRows({ ...lists, recent: null })[0]?.recent).toHaveProperty("reason");
});
