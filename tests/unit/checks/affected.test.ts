import { expect, test } from "vitest";
import { findingsOf } from "@/lib/checks/rules/checks";
import type { Snapshot } from "@/lib/checks/rules/snapshot";
import { makeAgent, makeModel, makeSnapshot } from "./snapshot";

const spent = (agent: Record<string, number>, model: Record<string, number> = {}) => ({
  budgets: [],
  unusual: [],
  spent: {
    provider: new Map(),
    model: new Map(Object.entries(model)),
    agent: new Map(Object.entries(agent)),
  },
});

const affected = (snapshot: Partial<Snapshot>) =>
  findingsOf(makeSnapshot(snapshot)).map(({ subject, affects }) => [
    subject.id,
    affects.agents,
    affects.month_usd,
  ]);

const unpriced = (model_id: string) =>
  makeModel({ model_id, output_price: null, is_default: false, catalog: null });

test("of equal severity, what concerns more agents comes first, then what costs more", () => {
  const agents = ["gpt-a", "gpt-b", "gpt-b", "gpt-c"].map((llm_model, index) =>
    makeAgent({ agent_name: `agent-${index}`, llm_model, resolves_to: `openai#${llm_model}` }),
  );
  const models = [makeModel(), ...["gpt-a", "gpt-b", "gpt-c"].map(unpriced)];
  const usage = spent({}, { "openai#gpt-a": 2, "openai#gpt-c": 40 });
  expect(affected({ agents, models, usage })).toEqual([
    ["openai#gpt-b", 2, null],
    ["openai#gpt-c", 1, 40],
    ["openai#gpt-a", 1, 2],
  ]);
});

test("an agent's finding has the cost of all its versions, and a key's the agents of its provider", () => {
  const agents = [makeAgent({ defects: ["x"] }), makeAgent({ version: "v2.0" })];
  expect(affected({ agents, usage: spent({ "sql-agent": 12.5 }) })).toEqual([
    ["sql-agent/v1.0", 1, 12.5],
  ]);
  const [key] = findingsOf(makeSnapshot({ agents: agents.slice(1) }, { status: "rejected" }));
  expect(key?.affects).toEqual({ agents: 1, month_usd: null });
});

test("unread agents are unknown, not none", () => {
  const models = [makeModel(), unpriced("gpt-a")];
  const unread = { models: false, agents: true };
  expect(affected({ agents: [], models, unread })).toEqual([["openai#gpt-a", null, null]]);
});
