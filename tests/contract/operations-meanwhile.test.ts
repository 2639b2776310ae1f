import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { actor, type Copy, outcomeOf, type Platform, servicesForFile } from "../support/services";
import { agentRow, modelRow, olderCaller } from "./console";

const services = servicesForFile();
let platform: Platform;
let copy: Copy;

beforeEach(async () => {
  platform = await services.newPlatform({ OPENAI_API_KEY: "sk-openai-Tq7Xw9Zr2Lm4" });
  copy = await platform.copy();
});

const keyOf = (model_id: string) => ({ provider: "openai", model_id });
const asDefault = { is_default: { BOOL: true } };

const putModel = (id: string, more = {}) =>
  platform.put(platform.tables.models, modelRow("openai", id, more));
const setModel = (id: string, name: string, value: { S: string } | { N: string }) =>
  platform.set(platform.tables.models, { pk: { S: `openai#${id}` } }, name, value);
const makeDefault = (id: string) =>
  copy.updateModel(actor("bob"), keyOf(id), { is_default: true }, null);

const numbered = (rows: unknown[]) => rows.map((values, index) => ({ row: index + 1, values }));
const importThem = (rows: unknown[], operation_id?: string, by = copy) =>
  by.importModels(actor(), numbered(rows), { dry_run: false, mode: "atomic", operation_id });

describe("a default that was chosen while the former one was retired", () => {
  beforeEach(async () => {
    await putModel("gpt-old", { ...asDefault, tags: { SS: ["b", "a"] } });
    await putModel("gpt-new");
  });
  const retire = async () =>
    (await copy.retireModel(actor(), keyOf("gpt-old"), {}, null)).operation_id;

  test("keeps it when the retirement is undone, and the outcome says so", async () => {
    const id = await retire();
    await makeDefault("gpt-new");
    const left = await platform.model("openai#gpt-new");
    const undo = await copy.undoOperation(actor(), id);
    expect(await platform.defaults()).toEqual(["gpt-new"]);
    expect(await platform.model("openai#gpt-new")).toEqual(left);
    expect(await platform.model("openai#gpt-old")).toMatchObject({
      is_default: { BOOL: false },
      tags: { SS: expect.arrayContaining(["a", "b"]) },
    });
    expect(undo).toMatchObject({ status: "done", done: 1 });
    expect(undo.items[0]?.message).toContain("openai#gpt-new");
    expect(undo.items[0]?.message).toContain("default");
    const [, event] = await platform.events("model:openai#gpt-old");
    expect(event).toMatchObject({ after: { M: { is_default: { BOOL: false } } } });
    expect(await copy.undoOperation(actor(), undo.operation_id)).toMatchObject({ status: "done" });
    expect(await platform.model("openai#gpt-old")).toBeUndefined();
  });

  test("keeps it when it is chosen in the middle of the undo", async () => {
    const id = await retire();
    services.proxy.once({ operation: "TransactWriteItems", containing: "LLMModels-" }, () =>
      makeDefault("gpt-new"),
    );
    const undo = await copy.undoOperation(actor(), id);
    expect(await platform.defaults()).toEqual(["gpt-new"]);
    expect(undo.items[0]?.message).toContain("openai#gpt-new");
  });

  test("keeps it when the retired row is brought back from its history", async () => {
    await retire();
    await makeDefault("gpt-new");
    const [deleted] = await platform.events("model:openai#gpt-old");
    const event_id = deleted?.event_id?.S ?? "";
    const back = await copy.rollbackModel(actor(), keyOf("gpt-old"), { event_id });
    expect(back).toMatchObject({ is_default: false });
    expect(await platform.defaults()).toEqual(["gpt-new"]);
  });

  test("without one, the restored row becomes the default again", async () => {
    const before = await platform.model("openai#gpt-old");
    const undo = await copy.undoOperation(actor(), await retire());
    expect(undo.items[0]).toMatchObject({ outcome: "done", message: null });
    expect(etagless(await platform.model("openai#gpt-old"))).toEqual(etagless(before));
  });
});

/** Sets come in any order. */
const etagless = (row: Awaited<ReturnType<Platform["model"]>>) =>
  row && { ...row, tags: row.tags?.SS?.toSorted() };

test("an undo reports a default that moved on and leaves it", async () => {
  await putModel("gpt-a", asDefault);
  await putModel("gpt-b");
  await putModel("gpt-c");
  const imported = await importThem([{ ...keyOf("gpt-b"), is_default: true }]);
  await makeDefault("gpt-c");
  const undo = await copy.undoOperation(actor(), imported.operation_id ?? "");
  const former = undo.items.find(({ entity }) => entity.id === "openai#gpt-a");
  expect(former?.message).toContain("openai#gpt-c");
  expect(former?.message).not.toContain("changed by someone else");
  expect(await platform.defaults()).toEqual(["gpt-c"]);
});

test("a repeated operation ID runs once", async () => {
  const id = randomUUID();
  const rows = (name: string) =>
    Array.from({ length: 60 }, (_, index) => ({ ...keyOf(`new-${index}`), display_name: name }));
  const other = await platform.copy();
  let second: ReturnType<typeof importThem> | undefined;
  services.proxy.once({ operation: "BatchWriteItem", containing: id }, async () => {
    second = importThem(rows("Second"), id, other);
    await second.catch(() => undefined);
  });
  const first = await outcomeOf(copy, importThem(rows("First"), id));
  if (!second) throw new Error("The second did not begin.");
  const answers = [first, await outcomeOf(other, second)];
  expect(answers.map(({ code }) => code).sort()).toEqual(["conflict", "done"]);
  const operation = await copy.getOperation(id);
  expect(operation).toMatchObject({ status: "done", done: 60, refused: 0, pending: 0 });
  const stored = await platform.scan(platform.tables.models);
  const names = new Set(stored.map((row) => row.display_name?.S));
  expect([...names]).toEqual([answers[0]?.code === "done" ? "First" : "Second"]);
  expect(await copy.undoOperation(actor(), id)).toMatchObject({ status: "done", done: 60 });
  expect(await platform.scan(platform.tables.models)).toEqual([]);
});

describe("a step that was refused because its row had changed", () => {
  test("of a retirement goes on with the row as it is when it is resumed, and its undo brings that back", async () => {
    await putModel("gpt-old");
    await putModel("gpt-new");
    await platform.put(platform.tables.agents, agentRow("sql-agent", "openai", "gpt-old"));
    services.proxy.once({ operation: "TransactWriteItems", containing: "AgentRegistry-" }, () =>
      setModel("gpt-old", "display_name", { S: "By a script" }),
    );
    const options = { replacement: "openai#gpt-new" };
    const operation = await copy.retireModel(actor(), keyOf("gpt-old"), options, null);
    expect(operation).toMatchObject({ status: "partial", done: 1, refused: 1 });
    expect(operation.items[1]?.message).toContain("openai#gpt-old");
    const left = await platform.model("openai#gpt-old");
    expect(left).toMatchObject({ display_name: { S: "By a script" } });
    const id = operation.operation_id;
    expect(await copy.resumeOperation(actor("bob"), id)).toMatchObject({ status: "done", done: 2 });
    expect(await platform.model("openai#gpt-old")).toBeUndefined();
    expect(await copy.undoOperation(actor(), id)).toMatchObject({ status: "done" });
    expect(await platform.model("openai#gpt-old")).toEqual(left);
    expect(await platform.agent("sql-agent")).toMatchObject({ llm_model: { S: "gpt-old" } });
  });

  test("of an undo takes back what is still as the operation left it, and leaves what others wrote", async () => {
    await putModel("gpt-a", { max_tokens: { N: "1" } });
    await putModel("gpt-b", { max_tokens: { N: "1" } });
    const rows = ["gpt-a", "gpt-b", "gpt-made"].map((id) => ({ ...keyOf(id), max_tokens: 2 }));
    const imported = await importThem(rows);
    await setModel("gpt-a", "display_name", { S: "By a script" });
    await setModel("gpt-b", "max_tokens", { N: "3" });
    await setModel("gpt-made", "note", { S: "By a script" });
    const undo = await copy.undoOperation(actor(), imported.operation_id ?? "");
    expect(undo).toMatchObject({ status: "partial", done: 0, refused: 3 });
    const again = await copy.resumeOperation(actor(), undo.operation_id);
    expect(await platform.model("openai#gpt-a")).toMatchObject({
      max_tokens: { N: "1" },
      display_name: { S: "By a script" },
    });
    expect(await platform.model("openai#gpt-b")).toMatchObject({ max_tokens: { N: "3" } });
    expect(await platform.model("openai#gpt-made")).toMatchObject({ note: { S: "By a script" } });
    expect(again).toMatchObject({ status: "partial", done: 1, refused: 2 });
    const refused = again.items.filter(({ outcome }) => outcome === "refused");
    expect(refused.map(({ entity }) => entity.id).sort()).toEqual([
      "openai#gpt-b",
      "openai#gpt-made",
    ]);
  });

  test("reports rows that already have the requested value", async () => {
    await putModel("gpt-old");
    await putModel("gpt-new");
    for (const name of ["agent-1", "agent-2"]) {
      await platform.put(platform.tables.agents, agentRow(name, "openai", "gpt-old"));
    }
    const key = { agent_name: { S: "agent-1" }, version: { S: "v1.0" } };
    services.proxy.once({ operation: "TransactWriteItems", containing: "AgentRegistry-" }, () =>
      platform.set(platform.tables.agents, key, "llm_model", { S: "gpt-new" }),
    );
    const options = { replacement: "openai#gpt-new" };
    const operation = await copy.retireModel(actor(), keyOf("gpt-old"), options, null);
    const refused = operation.items.filter(({ outcome }) => outcome === "refused");
    expect(refused.map(({ entity }) => entity.id)).toEqual(["agent-1/v1.0"]);
    expect(refused[0]?.message).toMatch(/agent-1.*already/);
    const undo = await copy.undoOperation(actor(), operation.operation_id);
    expect(undo.status).toBe("done");
    expect(await platform.agent("agent-1")).toMatchObject({ llm_model: { S: "gpt-new" } });
  });
});

describe("an inactive model", () => {
  const inactive = { is_active: { S: "false" } };
  const lastEvent = async (id: string) =>
    (await platform.events(`model:openai#${id}`)).at(-1)?.event_id?.S ?? "";
  const rollback = (id: string, event_id: string) =>
    copy.rollbackModel(actor(), keyOf(id), { event_id });

  test("is no default after its activation is rolled back, and the undo of an import says so", async () => {
    await putModel("gpt-a", inactive);
    await copy.updateModel(actor(), keyOf("gpt-a"), { is_active: true }, null);
    const activated = await lastEvent("gpt-a");
    await makeDefault("gpt-a");
    expect(await rollback("gpt-a", activated)).toMatchObject({
      is_active: false,
      is_default: false,
    });
    const { operation_id } = await importThem([{ ...keyOf("gpt-a"), is_active: true }]);
    await makeDefault("gpt-a");
    const undo = await copy.undoOperation(actor(), operation_id ?? "");
    const resumed = await copy.resumeOperation(actor(), undo.operation_id);
    expect(resumed.items[0]).toMatchObject({ outcome: "done" });
    expect(resumed.items[0]?.message).toContain("default");
    expect(await platform.model("openai#gpt-a")).toMatchObject({
      ...inactive,
      is_default: { BOOL: false },
    });
  });

  test("does not get the default back that it lost, which stays with the other", async () => {
    await putModel("gpt-a", asDefault);
    await putModel("gpt-b");
    await makeDefault("gpt-b");
    const lost = await lastEvent("gpt-a");
    await copy.updateModel(actor(), keyOf("gpt-a"), { is_active: false }, null);
    const answer = await outcomeOf(copy, rollback("gpt-a", lost));
    expect(answer).toMatchObject({ code: "model_inactive" });
    expect(answer.message).toContain("Activate it first");
    expect(await platform.defaults()).toEqual(["gpt-b"]);
  });

  test("becomes its agents' model again after an undo", async () => {
    await putModel("gpt-a", inactive);
    await putModel("gpt-b");
    const agent = agentRow("agent-a", "openai", "gpt-a");
    await platform.put(platform.tables.agents, agent);
    const retired = await copy.retireModel(
      actor(),
      keyOf("gpt-a"),
      { replacement: "openai#gpt-b" },
      null,
    );
    const undo = await copy.undoOperation(actor(), retired.operation_id);
    expect(undo.items.map(({ message }) => message)).toEqual([null, null]);
    expect(await platform.agent("agent-a")).toEqual(agent);
    const request = {
      agents: [{ agent_name: "agent-a", version: "v1.0" }],
      to: keyOf("gpt-b"),
    };
    const switched = await copy.switchAgents(actor(), request, false);
    await copy.undoOperation(actor(), switched.operation_id ?? "");
    expect(await platform.agent("agent-a")).toEqual(agent);
  });

  test("is left alone by an undo when it was active then and somebody has deactivated it since", async () => {
    await putModel("gpt-a");
    await putModel("gpt-b");
    await platform.put(platform.tables.agents, agentRow("agent-a", "openai", "gpt-a"));
    const request = { agents: [{ agent_name: "agent-a", version: "v1.0" }], to: keyOf("gpt-b") };
    const { operation_id } = await copy.switchAgents(actor(), request, false);
    await copy.updateModel(actor("bob"), keyOf("gpt-a"), { is_active: false }, null);
    const undo = await copy.undoOperation(actor(), operation_id ?? "");
    expect(undo.items[0]).toMatchObject({ outcome: "refused" });
    expect(undo.items[0]?.message).toContain("deactivated");
  });
});

test("an agent that was deployed with the older caller since keeps its provider", async () => {
  await putModel("gpt-a");
  await platform.put(platform.tables.models, modelRow("xai", "grok-a"));
  await platform.put(platform.tables.agents, agentRow("agent-a", "openai", "gpt-a"));
  const request = {
    agents: [{ agent_name: "agent-a", version: "v1.0" }],
    to: { provider: "xai", model_id: "grok-a" },
    override_reason: "The runtime learns it today",
  };
  const { operation_id } = await copy.switchAgents(actor(), request, false);
  const [switched] = await platform.events("agent:agent-a/v1.0");
  const deployed = { ...(await platform.agent("agent-a")), ...olderCaller };
  await platform.put(platform.tables.agents, deployed);
  const event_id = switched?.event_id?.S ?? "";
  const key = { agent_name: "agent-a", version: "v1.0" };
  const back = copy.rollbackAgent(actor(), key, { event_id, override_reason: "All the same" });
  expect(await outcomeOf(copy, back)).toMatchObject({ code: "provider_fixed" });
  const undo = await copy.undoOperation(actor(), operation_id ?? "");
  const resumed = await copy.resumeOperation(actor(), undo.operation_id);
  expect(resumed.items[0]?.message).toContain("older caller");
  expect(await platform.agent("agent-a")).toEqual(deployed);
});

describe("an operation that is undone at the moment when somebody resumes it", () => {
  const rows = Array.from({ length: 2 }, (_, index) => ({
    ...keyOf(`gpt-${index}`),
    max_tokens: 1000,
  }));

  test.each([
    ["before it begins", "stopped = :stopped"],
    ["in the middle", "outcome = :pending"],
  ])("%s, changes no more", async (_, containing) => {
    for (const { model_id } of rows) await putModel(model_id, { max_tokens: { N: "5" } });
    services.proxy.once({ operation: "TransactWriteItems", containing: "LLMModels-" }, () =>
      setModel("gpt-0", "max_tokens", { N: "6" }),
    );
    const { operation_id } = await importThem(rows);
    const id = operation_id ?? "";
    expect(await copy.getOperation(id)).toMatchObject({ status: "partial", done: 1 });
    await setModel("gpt-0", "max_tokens", { N: "5" });
    services.proxy.once({ operation: "UpdateItem", containing }, () =>
      copy.undoOperation(actor("bob"), id),
    );
    await outcomeOf(copy, copy.resumeOperation(actor(), id));
    expect(await copy.getOperation(id)).toMatchObject({ pending: 0, refused: 1 });
    for (const { model_id } of rows) {
      expect(await platform.model(`openai#${model_id}`)).toMatchObject({ max_tokens: { N: "5" } });
    }
  });
});
