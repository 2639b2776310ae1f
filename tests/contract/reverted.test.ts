import { beforeEach, expect, test } from "vitest";
import { between } from "../support/fault-proxy";
import { actor, type Copy, type Platform, servicesForFile } from "../support/services";
import { agentRow, modelRow } from "./console";

const key = { agent_name: "sql-agent", version: "v1.0" };
const deployed = agentRow("sql-agent", "openai", "gpt-deployed", {
  system_prompt: { S: "As deployed." },
  deploy_tag: { SS: ["a", "b"] },
});

const services = servicesForFile();
let platform: Platform;
let copy: Copy;

beforeEach(async () => {
  platform = await services.newPlatform({ OPENAI_API_KEY: "sk-openai-Tq7Xw9Zr2Lm4" });
  copy = await platform.copy();
  for (const id of ["gpt-deployed", "gpt-chosen", "gpt-other"]) {
    await platform.put(platform.tables.models, modelRow("openai", id));
  }
  await deploy();
});

/** An infrastructure deploy: the whole row again, as it was. */
const deploy = (more = {}) => platform.put(platform.tables.agents, { ...deployed, ...more });
const choose = (llm_model: string, name = "ann") =>
  copy.updateAgent(actor(name), key, { llm_model }, null);
const events = async () =>
  (await platform.events("agent:sql-agent/v1.0")).map((event) => event.action?.S);
const reverted = async () => (await copy.getAgent(key)).reverted;

test("an unchanged setting is not reverted", async () => {
  expect(await reverted()).toBeNull();
  await choose("gpt-chosen");
  expect(await reverted()).toBeNull();
  await choose("gpt-other", "bob");
  expect(await reverted()).toBeNull();
  expect(await events()).toEqual(["agent.update", "agent.update"]);
});

test("a deploy that puts the row again is recorded once, however many readers", async () => {
  await choose("gpt-chosen");
  await deploy();
  const copies = [copy, await platform.copy()];
  const seen = await Promise.all(
    Array.from({ length: 10 }, (_, index) => copies[index % 2]?.getAgent(key)),
  );
  for (const agent of seen) {
    expect(agent?.reverted).toMatchObject({ attributes: ["llm_model"], set_by: "ann" });
    // A reader that lost the race shows the winner's event, which is the way back.
    expect(agent?.reverted?.event_id).toEqual(expect.any(String));
  }
  await copy.listAgents({});
  expect(await events()).toEqual(["agent.update", "agent.reverted"]);
  const [, event] = await platform.events("agent:sql-agent/v1.0");
  expect(event).toMatchObject({
    actor: { S: "outside" },
    before: { M: { llm_model: { S: "gpt-chosen" } } },
    after: { M: { llm_model: { S: "gpt-deployed" } } },
  });
  expect(await reverted()).toMatchObject({
    event_id: event?.event_id?.S,
    noticed_at: event?.happened_at?.S,
  });
});

test("a row that was read before a save here is no change from outside", async () => {
  await choose("gpt-chosen");
  const isSettings = { operation: "Query", containing: `"S":"settings"`, nth: 1 };
  const stop = services.proxy.inject(
    isSettings,
    between(() => choose("gpt-other")),
  );
  const { agents } = await copy.listAgents({});
  stop();
  expect(agents[0]?.reverted).toBeNull();
  expect(await events()).toEqual(["agent.update", "agent.update"]);
});

test("rolling the event back restores what was set here and nothing else", async () => {
  await choose("gpt-chosen");
  await deploy({ new_in_this_deploy: { S: "stays" } });
  const event_id = (await reverted())?.event_id ?? "";
  const agent = await copy.rollbackAgent(actor("bob"), key, { event_id });
  expect(agent).toMatchObject({ llm_model: "gpt-chosen", reverted: null });
  expect(await platform.agent("sql-agent")).toMatchObject({
    llm_model: { S: "gpt-chosen" },
    llm_provider: { S: "openai" },
    system_prompt: { S: "As deployed." },
    new_in_this_deploy: { S: "stays" },
  });
  expect(await reverted()).toBeNull();
});

test("a second revert is noticed again", async () => {
  await choose("gpt-chosen");
  await deploy();
  const first = await reverted();
  await copy.rollbackAgent(actor(), key, { event_id: first?.event_id ?? "" });
  await deploy();
  const second = await reverted();
  expect(second?.event_id).not.toBe(first?.event_id);
  await platform.set(
    platform.tables.agents,
    { agent_name: { S: "sql-agent" }, version: { S: "v1.0" } },
    "llm_model",
    { S: "gpt-other" },
  );
  const third = await reverted();
  expect(third?.event_id).not.toBe(second?.event_id);
  expect(await events()).toEqual([
    "agent.update",
    "agent.reverted",
    "agent.update",
    "agent.reverted",
    "agent.reverted",
  ]);
});

test("settings of two admins are restored together", async () => {
  await choose("gpt-chosen", "ann");
  await copy.updateAgent(actor("bob"), key, { system_prompt: "As Bob wants it." }, null);
  await deploy();
  const found = await reverted();
  expect(found?.attributes.sort()).toEqual(["llm_model", "system_prompt"]);
  await copy.rollbackAgent(actor(), key, { event_id: found?.event_id ?? "" });
  expect(await platform.agent("sql-agent")).toMatchObject({
    llm_model: { S: "gpt-chosen" },
    llm_provider: { S: "openai" },
    system_prompt: { S: "As Bob wants it." },
  });
});

test("a deploy with the same values reverts nothing", async () => {
  await choose("gpt-chosen");
  await deploy({ llm_model: { S: "gpt-chosen" }, updated_at: { S: "2026-11-20T00:00:00Z" } });
  expect(await reverted()).toBeNull();
  expect(await events()).toEqual(["agent.update"]);
});

test("the event of a reverted agent is found by its id, however much has happened since", async () => {
  await choose("gpt-chosen");
  await deploy();
  const event_id = (await reverted())?.event_id ?? "";
  const [, event] = await platform.events("agent:sql-agent/v1.0");
  for (let index = 0; index < 60; index += 1) {
    const later = { S: `${new Date(Date.now() + index).toISOString()}#later-${index}` };
    const more = { sk: later, at: later, event_id: { S: `later-${index}` } };
    await platform.put(platform.tables.management, { ...event, ...more });
  }
  const entity = "agent:sql-agent/v1.0";
  const first = await copy.listActivity({ entity });
  expect(first.events.map((entry) => entry.event_id)).not.toContain(event_id);
  const found = await copy.listActivity({ entity, event_id });
  expect(found.events.map((entry) => entry.event_id)).toEqual([event_id]);
  expect(found.cursor).toBeNull();
  expect(await copy.listActivity({ entity, event_id: "none" })).toEqual({
    events: [],
    cursor: null,
  });
});
