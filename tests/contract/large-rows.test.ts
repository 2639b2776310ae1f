import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { between, dropBeforeForward } from "../support/fault-proxy";
import { actor, outcomeOf, type Platform, servicesForFile } from "../support/services";
import { agentRow, modelRow } from "./console";
import { S } from "./model-fixtures";

const services = servicesForFile();

const kB = 1000;
const switched = {
  from: { provider: "openai", model_id: "gpt-old" },
  to: { provider: "anthropic", model_id: "claude-new" },
};
const oldModel = { provider: "openai", model_id: "gpt-old" };
const oldPk = "openai#gpt-old";

/** Attributes that other programs keep in a row. */
function foreign(count: number, bytes = 10): Record<string, AttributeValue> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`foreign_${index}`, S("x".repeat(bytes))]),
  );
}

/** An old model with 205 attributes, a new one, and 30 agents with prompts of 200 kB. */
async function platformWithLargePrompts(): Promise<Platform> {
  const platform = await services.newPlatform({
    OPENAI_API_KEY: "sandbox-openai-1",
    ANTHROPIC_API_KEY: "sandbox-anthropic-1",
  });
  await platform.put(platform.tables.models, modelRow("openai", "gpt-old", foreign(197, 1000)));
  await platform.put(platform.tables.models, modelRow("anthropic", "claude-new"));
  for (let index = 0; index < 30; index += 1) {
    const system_prompt = S(`${index}`.padEnd(100 * kB, "ü"));
    await platform.put(
      platform.tables.agents,
      agentRow(`agent-${index}`, "openai", "gpt-old", { system_prompt }),
    );
  }
  return platform;
}

async function modelsOf(platform: Platform): Promise<Set<string | undefined>> {
  const rows = await platform.scan(platform.tables.agents);
  expect(rows).toHaveLength(30);
  return new Set(rows.map(({ llm_model }) => llm_model?.S));
}

test("30 agents with prompts of 200 kB are switched together, and back", async () => {
  const platform = await platformWithLargePrompts();
  const copy = await platform.copy();
  const { agents, operation_id } = await copy.switchAgents(actor(), switched, false);
  expect(new Set(agents.map(({ outcome }) => outcome))).toEqual(new Set(["switched"]));
  expect(await modelsOf(platform)).toEqual(new Set(["claude-new"]));
  const undo = await copy.undoOperation(actor(), operation_id ?? "");
  expect(undo).toMatchObject({ status: "done", done: 30 });
  expect(await modelsOf(platform)).toEqual(new Set(["gpt-old"]));
});

test("a switch that breaks off in the middle is resumed, or stopped and undone", async () => {
  const platform = await platformWithLargePrompts();
  const copy = await platform.copy();
  for (const isResumed of [true, false]) {
    const restore = services.proxy.inject(
      { operation: "TransactWriteItems", containing: platform.envName, from: 3 },
      dropBeforeForward,
    );
    const { code, error } = await outcomeOf(copy, copy.switchAgents(actor(), switched, false));
    restore();
    expect(code).toBe("aws_unavailable");
    const id = String(error?.extra?.operation_id);
    expect(await modelsOf(platform)).toEqual(new Set(["gpt-old", "claude-new"]));
    if (isResumed) {
      expect(await copy.resumeOperation(actor(), id)).toMatchObject({ status: "done", done: 30 });
      expect(await modelsOf(platform)).toEqual(new Set(["claude-new"]));
    } else await copy.stopOperation(id);
    expect(await copy.undoOperation(actor(), id)).toMatchObject({ status: "done", refused: 0 });
    expect(await modelsOf(platform)).toEqual(new Set(["gpt-old"]));
  }
});

test("a model with 205 attributes is retired with a replacement for 30 large agents, and restored", async () => {
  const platform = await platformWithLargePrompts();
  const copy = await platform.copy();
  const before = await platform.model(oldPk);
  const replacement = "anthropic#claude-new";
  const retired = await copy.retireModel(actor(), oldModel, { replacement }, null);
  expect(retired).toMatchObject({ status: "done", done: 31 });
  expect(await platform.model(oldPk)).toBeUndefined();
  const undo = await copy.undoOperation(actor(), retired.operation_id);
  expect(undo).toMatchObject({ status: "done", done: 31 });
  expect(await platform.model(oldPk)).toEqual(before);
  expect(await modelsOf(platform)).toEqual(new Set(["gpt-old"]));
});

test("rows with 205 attributes are changed and rolled back, also with If-Match", async () => {
  const platform = await services.newPlatform({ OPENAI_API_KEY: "sandbox-openai-1" });
  const copy = await platform.copy();
  await platform.put(platform.tables.models, modelRow("openai", "gpt-old", foreign(197)));
  await platform.put(platform.tables.agents, agentRow("wide", "openai", "gpt-old", foreign(194)));
  const model = await copy.getModel(oldModel);
  const changed = await copy.updateModel(actor(), oldModel, { input_price: 2 }, model.etag);
  expect(changed.input_price).toBe(2);
  const key = { agent_name: "wide", version: "v1.0" };
  const agent = await copy.getAgent(key);
  const updated = await copy.updateAgent(actor(), key, { system_prompt: "New." }, agent.etag);
  expect(updated.system_prompt).toBe("New.");
  const [event] = (await copy.agentHistory(key, undefined)).events;
  const rolledBack = await copy.rollbackAgent(actor(), key, { event_id: event?.event_id ?? "" });
  expect(rolledBack.system_prompt).toBe("You help.");
  expect(await platform.agent("wide")).toMatchObject(foreign(194));
  expect(await platform.model(oldPk)).toMatchObject(foreign(197));
});

test("another writer's change of a row with 205 attributes is still noticed", async () => {
  const platform = await services.newPlatform({ OPENAI_API_KEY: "sandbox-openai-1" });
  const copy = await platform.copy();
  await platform.put(platform.tables.agents, agentRow("wide", "openai", "gpt-old", foreign(194)));
  const key = { agent_name: "wide", version: "v1.0" };
  const { etag } = await copy.getAgent(key);
  const keyItem = { agent_name: S("wide"), version: S("v1.0") };
  const restore = services.proxy.inject(
    { operation: "TransactWriteItems", containing: platform.envName, nth: 1 },
    between(() => platform.set(platform.tables.agents, keyItem, "tools", S('["other"]'))),
  );
  const { code } = await outcomeOf(
    copy,
    copy.updateAgent(actor(), key, { system_prompt: "New." }, etag),
  );
  restore();
  expect(code).toBe("stale");
  expect((await platform.agent("wide"))?.system_prompt).toEqual(S("You help."));
});

test("20 models whose rows have 300 kB are imported, and taken back", async () => {
  const platform = await services.newPlatform();
  const copy = await platform.copy();
  const ids = Array.from({ length: 20 }, (_, index) => `large-${index}`);
  for (const id of ids)
    await platform.put(platform.tables.models, modelRow("openai", id, foreign(1, 300 * kB)));
  const file = ["provider,model_id,input_price", ...ids.map((id) => `openai,${id},3`)].join("\n");
  const rows = await copy.readCsv(file);
  const imported = await copy.importModels(actor(), rows, { dry_run: false, mode: "atomic" });
  expect(imported).toMatchObject({ rejected: [], updated: { length: 20 } });
  const prices = async () =>
    new Set((await platform.scan(platform.tables.models)).map((row) => row.input_price?.N));
  expect(await prices()).toEqual(new Set(["3"]));
  const undo = await copy.undoOperation(actor(), imported.operation_id ?? "");
  expect(undo).toMatchObject({ status: "done", done: 20 });
  expect(await prices()).toEqual(new Set([undefined]));
});

test("prices of rows with 380 kB are synced with the catalog, and taken back", async () => {
  const platform = await services.newPlatform();
  const copy = await platform.copy();
  const ids = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"];
  const large = { ...foreign(1, 380 * kB), input_price: { N: "999" }, output_price: { N: "999" } };
  for (const id of ids) await platform.put(platform.tables.models, modelRow("openai", id, large));
  const { changes, operation_id } = await copy.syncPrices(actor(), {}, false);
  expect(changes.map(({ outcome }) => outcome)).toEqual(ids.map(() => "changed"));
  const rows = await platform.scan(platform.tables.models);
  for (const row of rows) {
    expect(row.input_price).not.toEqual(large.input_price);
    expect(row).toMatchObject(foreign(1, 380 * kB));
  }
  const undo = await copy.undoOperation(actor(), operation_id ?? "");
  expect(undo).toMatchObject({ status: "done", done: ids.length });
  for (const row of await platform.scan(platform.tables.models)) expect(row).toMatchObject(large);
});

test("one change of a row with 380 kB is rolled back", async () => {
  const platform = await services.newPlatform();
  const copy = await platform.copy();
  const more = foreign(1, 380 * kB);
  await platform.put(platform.tables.models, modelRow("openai", "gpt-old", more));
  await copy.updateModel(actor(), oldModel, { input_price: 2, display_name: "New name" }, null);
  const [event] = (await copy.modelHistory(oldModel, undefined)).events;
  const rolledBack = await copy.rollbackModel(actor(), oldModel, {
    event_id: event?.event_id ?? "",
  });
  expect(rolledBack).toMatchObject({ input_price: null, display_name: "gpt-old" });
  expect(await platform.model(oldPk)).toMatchObject(more);
});

test("a prompt whose change doesn't fit into the history is refused by name, and nothing is written", async () => {
  const platform = await services.newPlatform();
  const copy = await platform.copy();
  const system_prompt = S("a".repeat(250 * kB));
  await platform.put(
    platform.tables.agents,
    agentRow("large", "openai", "gpt-old", { system_prompt }),
  );
  const key = { agent_name: "large", version: "v1.0" };
  for (const [length, words] of [
    [250 * kB, "history"],
    [410 * kB, "400 kB"],
  ] as const) {
    const change = { system_prompt: "b".repeat(length) };
    const { code, message, error } = await outcomeOf(
      copy,
      copy.updateAgent(actor(), key, change, null),
    );
    expect(code).toBe("too_large");
    expect(message).toContain("system_prompt");
    expect(message).toContain(words);
    expect(error?.errors).toMatchObject([{ path: "system_prompt" }]);
  }
  expect((await platform.agent("large"))?.system_prompt).toEqual(system_prompt);
  expect(await platform.events("agent:large/v1.0")).toEqual([]);
  const shorter = await copy.updateAgent(actor(), key, { system_prompt: "Short." }, null);
  expect(shorter.system_prompt).toBe("Short.");
});

test("a row that is too large to be restored isn't deleted, and the refusal names the attribute", async () => {
  const platform = await services.newPlatform();
  const copy = await platform.copy();
  await platform.put(
    platform.tables.models,
    modelRow("openai", "gpt-old", { notes_of_others: S("x".repeat(409 * kB)) }),
  );
  const call = copy.retireModel(actor(), oldModel, {}, null);
  const { code, message, error } = await outcomeOf(copy, call);
  expect(code).toBe("too_large");
  expect(message).toContain("notes_of_others");
  expect(error?.errors).toMatchObject([{ path: "notes_of_others" }]);
  expect(await platform.model(oldPk)).toBeDefined();
  const rows = await platform.scan(platform.tables.management);
  expect(rows.filter(({ pk }) => /^(operation|events)#/.test(pk?.S ?? ""))).toEqual([]);
});
