import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, inject, test } from "vitest";
import { between, killAfterForward } from "../support/fault-proxy";
import { startServiceProcess } from "../support/service-processes";
import { actor, type Copy, outcomeOf, type Platform, servicesForFile } from "../support/services";
import { agentRow, type Item, modelRow } from "./console";

const services = servicesForFile();
let platform: Platform;
let copy: Copy;

beforeEach(async () => {
  platform = await services.newPlatform({ OPENAI_API_KEY: "sk-openai-Tq7Xw9Zr2Lm4" });
  copy = await platform.copy();
});

/** What other tools may have put into a row: none of it is ours to lose. */
const strange: Item = {
  input_price: { N: "0.00000012345678901234567890123456789012345" },
  long_number: { N: "12345678901234567890123456789012345678" },
  tags: { SS: ["zebra", "apple", "mango"] },
  numbers: { NS: ["3", "20", "1.5"] },
  blobs: { BS: [Buffer.from([3, 1]), Buffer.from([0, 255])] },
  blob: { B: Buffer.from([0, 1, 2, 250]) },
  nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { SS: ["b", "a"] }] } } },
  empty: { S: "" },
};
const idOf = (index: number) => `gpt-${String(index).padStart(3, "0")}`;
const existing = 200;
const added = 50;

function byKey(items: Item[]): Map<string, unknown> {
  return new Map(items.map((item) => [item.pk?.S ?? item.agent_name?.S ?? "", sorted(item)]));
}

/** Sets have no order; everything else is compared as it is. */
function sorted(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, part]): [string, unknown] => [name, sorted(part)])
      .map(([name, part]): [string, unknown] => [
        name,
        /^[SNB]S$/.test(name) && Array.isArray(part) ? part.toSorted() : part,
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

async function putModels(count: number, more: Item = strange): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => modelRow("openai", idOf(index), more));
  await Promise.all(rows.map((row) => platform.put(platform.tables.models, row)));
}

/** Changes of the rows that are there, and new rows. */
function importRows(changed: number, created = 0) {
  return [
    ...Array.from({ length: changed }, (_, index) => ({
      provider: "openai",
      model_id: idOf(index),
      display_name: `Renamed ${index}`,
      input_price: index % 2 ? 2.5 : 0.0000005,
      output_price: null,
      max_tokens: 128_000 + index,
      supports_tools: index % 3 === 0,
    })),
    ...Array.from({ length: created }, (_, index) => ({
      provider: "openai",
      model_id: `new-${index}`,
      input_price: 0.0000001 * (index + 1),
    })),
  ];
}

const numbered = (rows: unknown[]) => rows.map((values, index) => ({ row: index + 1, values }));

const importThem = (rows: unknown[], operation_id?: string) =>
  copy.importModels(actor(), numbered(rows), { dry_run: false, mode: "atomic", operation_id });

const models = async () => byKey(await platform.scan(platform.tables.models));
const events = async () =>
  (await platform.scan(platform.tables.management)).filter((item) =>
    item.pk?.S?.startsWith("events#"),
  );

async function importedId(rows: unknown[]): Promise<string> {
  return (await importThem(rows)).operation_id ?? "";
}

describe("undo of an operation of 250 rows", () => {
  test("restores every row exactly, except those that others changed meanwhile", async () => {
    await putModels(existing);
    const before = await models();
    const id = await importedId(importRows(existing, added));
    expect((await copy.getOperation(id)).done).toBe(existing + added);
    expect((await models()).size).toBe(existing + added);
    const changedOutside = [`openai#${idOf(7)}`, `openai#${idOf(123)}`, "openai#new-5"];
    for (const pk of changedOutside) {
      const item = await platform.model(pk);
      await platform.put(platform.tables.models, { ...item, tags: { SS: ["outside"] } });
    }
    const left = await models();
    const undo = await copy.undoOperation(actor("bob"), id);
    expect(undo).toMatchObject({ status: "partial", refused: 3, done: 247, undo_of: id });
    const refused = undo.items.filter((item) => item.outcome === "refused");
    expect(refused.map((item) => item.entity.id).sort()).toEqual(changedOutside.toSorted());
    for (const { message, entity } of refused) {
      expect(message).toContain(entity.id);
      expect(message).toContain("changed by someone else");
    }
    const after = await models();
    for (const [pk, row] of before) {
      if (!changedOutside.includes(pk)) expect(after.get(pk), pk).toEqual(row);
    }
    for (const pk of changedOutside) expect(after.get(pk)).toEqual(left.get(pk));
    expect(after.size).toBe(existing + 1);
    const count = (await events()).length;
    expect(count).toBe(250 + 247);
    expect(await outcomeOf(copy, copy.undoOperation(actor(), id))).toMatchObject({
      code: "conflict",
    });
    expect((await events()).length).toBe(count);
  });

  test("brings back rows that were retired, whatever they held", async () => {
    await putModels(3);
    const before = await models();
    for (const [index, pk] of [...before.keys()].entries()) {
      const key = { provider: "openai", model_id: pk.slice("openai#".length) };
      const { operation_id } = await copy.retireModel(actor(), key, {}, null);
      expect((await models()).size).toBe(2);
      expect(await copy.undoOperation(actor(), operation_id)).toMatchObject({ status: "done" });
      expect(await models(), String(index)).toEqual(before);
    }
  });

  test("gives the default back to the model that had it", async () => {
    await putModels(3, {});
    await platform.put(
      platform.tables.models,
      modelRow("openai", idOf(1), { is_default: { BOOL: true } }),
    );
    const before = await models();
    const id = await importedId([{ provider: "openai", model_id: idOf(0), is_default: true }]);
    const { models: listed } = await copy.listModels({ active: "all" });
    expect(listed.filter((model) => model.is_default).map((model) => model.model_id)).toEqual([
      idOf(0),
    ]);
    const undo = await copy.undoOperation(actor(), id);
    expect(undo.items.map((item) => item.message)).toEqual(undo.items.map(() => null));
    expect(await models()).toEqual(before);
  });

  test.each([
    ["after", 2],
    ["before", 0],
  ])(
    "gives the default back when both models are among the rows, the new one %s",
    async (_, chosen) => {
      await putModels(4, {});
      await platform.put(
        platform.tables.models,
        modelRow("openai", idOf(1), { is_default: { BOOL: true } }),
      );
      const before = await models();
      const rows = [0, 1, 2, 3].map((index) => ({
        provider: "openai",
        model_id: idOf(index),
        max_tokens: 1000 + index,
        ...(index === chosen && { is_default: true }),
      }));
      const imported = await importThem(rows);
      expect(imported.rejected).toEqual([]);
      const undo = await copy.undoOperation(actor(), imported.operation_id ?? "");
      expect(undo.items.map((item) => item.message)).toEqual(undo.items.map(() => null));
      expect(await models()).toEqual(before);
    },
  );

  test("leaves a default that somebody else has chosen meanwhile", async () => {
    await putModels(3, {});
    await platform.put(
      platform.tables.models,
      modelRow("openai", idOf(1), { is_default: { BOOL: true } }),
    );
    const id = await importedId([{ provider: "openai", model_id: idOf(0), is_default: true }]);
    const key = { provider: "openai", model_id: idOf(2) };
    await copy.updateModel(actor("bob"), key, { is_default: true }, null);
    const left = await models();
    expect(await copy.undoOperation(actor(), id)).toMatchObject({ status: "partial", done: 0 });
    expect(await models()).toEqual(left);
  });
});

// A killed process leaves the same on every engine: the second run has no need of these starts.
if (inject("dynamodbLocalUrl") === undefined) {
  describe("a process that is killed in the middle of an operation", () => {
    test("leaves an operation that another process finishes, with nothing done twice", async () => {
      await putModels(100);
      const before = await models();
      const id = randomUUID();
      const file = join(tmpdir(), `switchboard-import-${id}.json`);
      await writeFile(file, JSON.stringify(importRows(100, 20)));
      const args = ["import", file, id];
      const runner = startServiceProcess(services.variables, platform.envName, args);
      const match = { operation: "TransactWriteItems", containing: platform.envName, nth: 3 };
      const stopInjecting = services.proxy.inject(match, killAfterForward(runner.kill));
      expect(await runner.exit, runner.errors()).toBe("SIGKILL");
      stopInjecting();
      const left = await copy.getOperation(id);
      expect(left.status).toBe("running");
      expect(left.done).toBeGreaterThan(0);
      expect((await events()).length).toBe(left.done);
      expect(await outcomeOf(copy, copy.undoOperation(actor(), id))).toMatchObject({
        code: "conflict",
      });
      const others = [await platform.copy(), await platform.copy()];
      await Promise.all(others.map((other) => other.resumeOperation(actor("bob"), id)));
      expect(await copy.getOperation(id)).toMatchObject({ status: "done", done: 120, refused: 0 });
      expect((await events()).length).toBe(120);
      const undo = await copy.undoOperation(actor(), id);
      expect(undo).toMatchObject({ status: "done", done: 120 });
      expect(await models()).toEqual(before);
    });

    test("during an undo can be resumed", async () => {
      await putModels(60);
      const before = await models();
      const id = await importedId(importRows(60));
      // Once after each of its first requests.
      for (const nth of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
        const runner = startServiceProcess(services.variables, platform.envName, ["undo", id]);
        const match = { containing: platform.envName, nth };
        const stopInjecting = services.proxy.inject(match, killAfterForward(runner.kill));
        expect(await runner.exit, runner.errors()).toBe("SIGKILL");
        stopInjecting();
        if ((await copy.getOperation(id)).undone_by) break;
      }
      const undoneBy = (await copy.getOperation(id)).undone_by ?? "";
      expect(undoneBy).not.toBe("");
      expect(await copy.resumeOperation(actor(), undoneBy)).toMatchObject({
        status: "done",
        done: 60,
      });
      expect(await models()).toEqual(before);
    });
  });
}

test("two undos of the same operation: one does it, the other is refused", async () => {
  await putModels(30);
  const before = await models();
  const id = await importedId(importRows(30));
  const copies = [copy, await platform.copy()];
  const answers = await Promise.all(
    copies.map((console) => outcomeOf(console, console.undoOperation(actor(), id))),
  );
  expect(answers.map(({ code }) => code).sort()).toEqual(["conflict", "done"]);
  expect(await models()).toEqual(before);
  expect((await events()).length).toBe(60);
});

test("an operation that is stopped goes on when it is resumed, or is undone as far as it came", async () => {
  await putModels(80);
  const before = await models();
  const id = randomUUID();
  const stop = services.proxy.inject(
    { operation: "TransactWriteItems", containing: platform.envName, nth: 2 },
    between(async () => copy.stopOperation(id)),
  );
  await importThem(importRows(80), id);
  stop();
  const stopped = await copy.getOperation(id);
  expect(stopped.status).toBe("stopped");
  expect(stopped.done).toBeGreaterThan(0);
  expect(stopped.pending).toBeGreaterThan(0);
  expect(await copy.resumeOperation(actor(), id)).toMatchObject({ status: "done", done: 80 });
  expect(await copy.undoOperation(actor(), id)).toMatchObject({ status: "done", done: 80 });
  expect(await models()).toEqual(before);
});

test("an operation that is undone while rows are still being changed changes no more, then or later", async () => {
  await putModels(80);
  const before = await models();
  const id = randomUUID();
  const stopInjecting = services.proxy.inject(
    { operation: "TransactWriteItems", containing: platform.envName, nth: 2 },
    between(async () => {
      await copy.stopOperation(id);
      await copy.undoOperation(actor("bob"), id);
    }),
  );
  await importThem(importRows(80), id);
  stopInjecting();
  expect(await models()).toEqual(before);
  const resumed = await outcomeOf(copy, copy.resumeOperation(actor(), id));
  expect(resumed).toMatchObject({ code: "conflict" });
  expect(await models()).toEqual(before);
  expect(await copy.getOperation(id)).toMatchObject({ pending: 0 });
});

describe("retiring a model with a replacement", () => {
  const old = { provider: "openai", model_id: "gpt-old" };
  const options = { replacement: "openai#gpt-new" };
  const names = Array.from({ length: 120 }, (_, index) => `agent-${index}`);
  const agents = async () => byKey(await platform.scan(platform.tables.agents));

  beforeEach(async () => {
    await platform.put(platform.tables.models, modelRow("openai", "gpt-old", strange));
    await platform.put(platform.tables.models, modelRow("openai", "gpt-new"));
  });
  const putAgents = (some: string[]) =>
    Promise.all(
      some.map((name) =>
        platform.put(platform.tables.agents, agentRow(name, "openai", "gpt-old", strange)),
      ),
    );

  test("switches 120 agents and removes the model; one undo takes all of it back", async () => {
    await putAgents(names);
    const before = [await models(), await agents()];
    const operation = await copy.retireModel(actor(), old, options, null);
    expect(operation).toMatchObject({ status: "done", done: 121, kind: "retire" });
    expect(await platform.model("openai#gpt-old")).toBeUndefined();
    for (const row of (await agents()).values()) {
      expect(row).toMatchObject({ llm_model: { S: "gpt-new" } });
    }
    const undo = await copy.undoOperation(actor(), operation.operation_id);
    expect(undo).toMatchObject({ status: "done", done: 121 });
    expect([await models(), await agents()]).toEqual(before);
  });

  test("an agent that another program changes midway is named, and the model stays until it is resumed", async () => {
    await putAgents(names.slice(0, 40));
    const key = { agent_name: { S: "agent-7" }, version: { S: "v1.0" } };
    const stopInjecting = services.proxy.inject(
      { operation: "TransactWriteItems", containing: platform.envName, nth: 1 },
      between(() => platform.set(platform.tables.agents, key, "llm_model", { S: "gpt-new" })),
    );
    const operation = await copy.retireModel(actor(), old, options, null);
    stopInjecting();
    const refused = operation.items.filter((item) => item.outcome === "refused");
    expect(refused.map((item) => item.entity.id)).toEqual(["agent-7/v1.0"]);
    expect(refused[0]?.message).toContain("agent-7");
    expect(await platform.model("openai#gpt-old")).toBeUndefined();
  });

  test("an agent that cannot be switched keeps its model, and the resumed operation finishes", async () => {
    await putAgents(names.slice(0, 40));
    const key = { agent_name: { S: "agent-7" }, version: { S: "v1.0" } };
    const stopInjecting = services.proxy.inject(
      { operation: "TransactWriteItems", containing: '"agent-7"', from: 1 },
      between(() =>
        platform.set(platform.tables.agents, key, "description", { S: String(performance.now()) }),
      ),
    );
    const operation = await copy.retireModel(actor(), old, options, null);
    stopInjecting();
    const refused = operation.items.filter((item) => item.outcome === "refused");
    expect(refused.map((item) => item.entity.id)).toEqual(["agent-7/v1.0", "openai#gpt-old"]);
    expect(refused[1]?.message).toContain("agent-7");
    expect(await platform.model("openai#gpt-old")).toBeDefined();
    const resumed = await copy.resumeOperation(actor("bob"), operation.operation_id);
    expect(resumed).toMatchObject({ status: "done", done: 41 });
    expect(await platform.model("openai#gpt-old")).toBeUndefined();
  });
});
