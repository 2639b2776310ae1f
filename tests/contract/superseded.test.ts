import { beforeEach, expect, test } from "vitest";
import { actor, type Copy, type Platform, servicesForFile } from "../support/services";
import { agentRow, modelRow } from "./console";

const key = { agent_name: "sql-agent", version: "v1.0" };
const model = { provider: "openai", model_id: "gpt-a" };

const services = servicesForFile();
let platform: Platform;
let copy: Copy;

beforeEach(async () => {
  platform = await services.newPlatform({ OPENAI_API_KEY: "sandbox-openai-1" });
  copy = await platform.copy();
  for (const id of ["gpt-a", "gpt-b", "gpt-c"]) {
    await platform.put(platform.tables.models, modelRow("openai", id));
  }
  await platform.put(platform.tables.agents, agentRow("sql-agent", "openai", "gpt-a"));
});

const choose = (llm_model: string, name: string) =>
  copy.updateAgent(actor(name), key, { llm_model }, null);
const rename = (display_name: string, name: string) =>
  copy.updateModel(actor(name), model, { display_name }, null);

async function firstEvent(entity: string, action: string): Promise<string> {
  const event = (await platform.events(entity)).find((entry) => entry.action?.S === action);
  return event?.event_id?.S ?? "";
}

const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => "",
    (error: Error) => error.message,
  );
const rollbackAgent = async () => {
  const event_id = await firstEvent("agent:sql-agent/v1.0", "agent.update");
  return refusal(copy.rollbackAgent(actor("cid"), key, { event_id }));
};
const rollbackModel = async () => {
  const event_id = await firstEvent("model:openai#gpt-a", "model.update");
  return refusal(copy.rollbackModel(actor("cid"), model, { event_id }));
};

test("a rollback of a switch that a later switch superseded names its author", async () => {
  await choose("gpt-b", "ann");
  await choose("gpt-c", "bob");
  const message = await rollbackAgent();
  expect(message).toMatch(/was changed by bob on \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
  expect(message).not.toContain("someone else");
});

test("a rollback of a switch that a deploy has overwritten says someone else", async () => {
  await choose("gpt-b", "ann");
  await choose("gpt-c", "bob");
  await platform.put(platform.tables.agents, agentRow("sql-agent", "openai", "gpt-a2"));
  expect(await rollbackAgent()).toContain("changed by someone else");
});

test("a rollback of a change of a model that a later one superseded names its author", async () => {
  await rename("First", "ann");
  await rename("Second", "bob");
  const message = await rollbackModel();
  expect(message).toContain('Model "openai#gpt-a" was changed by bob on ');
  await platform.put(
    platform.tables.models,
    modelRow("openai", "gpt-a", { display_name: { S: "By a script" } }),
  );
  expect(await rollbackModel()).toContain("changed by someone else");
});

test("the undo of an operation names who changed a row since", async () => {
  const change = {
    from: { provider: "openai", model_id: "gpt-a" },
    to: { provider: "openai", model_id: "gpt-b" },
  };
  const { operation_id } = await copy.switchAgents(actor("ann"), change, false);
  await copy.updateAgent(actor("bob"), key, { system_prompt: "Answer in one line." }, null);
  const undo = await copy.undoOperation(actor("ann"), operation_id ?? "");
  expect(undo.items[0]?.message).toMatch(/was changed by bob on .* It was left as it is\./);
});
