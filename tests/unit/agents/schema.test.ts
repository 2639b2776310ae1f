import { expect, test } from "vitest";
import { agentTools } from "@/lib/agents/rules/tools";

test("tools may be names, or objects under any of the three keys", () => {
  const tools = ["plain", { tool_name: "a" }, { tool_id: "b" }, { name: "c" }];
  expect(agentTools(tools).map((tool) => tool.name)).toEqual(["plain", "a", "b", "c"]);
});

test("tool_name wins over tool_id, and that over name", () => {
  expect(agentTools([{ name: "c", tool_id: "b", tool_name: "a" }])[0]?.name).toBe("a");
  expect(agentTools([{ name: "c", tool_id: "b" }])[0]?.name).toBe("b");
});

test("a tool is enabled unless it says otherwise", () => {
  const tools = [{ name: "a" }, { name: "b", enabled: true }, { name: "c", enabled: false }, "d"];
  expect(agentTools(tools).map((tool) => tool.enabled)).toEqual([true, true, false, true]);
});

test("ignores invalid entries", () => {
  expect(agentTools([null, 1, {}, { name: 7 }, [], { tool_name: "ok" }])).toEqual([
    { name: "ok", enabled: true },
  ]);
  expect(agentTools(null)).toEqual([]);
});
