import { afterAll, beforeAll, expect, test } from "vitest";
import { startFaultProxy } from "../support/fault-proxy";
import { type Json, modelPath, modelRow, tables, unique } from "./console";
import { modelFixtures, N, S } from "./model-fixtures";
import { type Console, startAgainst, startConsole } from "./running-console";

let app: Console;
const { createModel, putRow, stored } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});
afterAll(() => app?.stop());

type Finding = {
  code: string;
  title: string;
  evidence: string;
  subject: { id: string };
  action: { label: string; method: string; path: string; body: { event_id: string } };
};

async function findReverted(pk: string): Promise<Finding | undefined> {
  const { status, body } = await app.viewer.get("/api/checks");
  expect(status).toBe(200);
  return (body.findings as Finding[]).find(
    ({ code, subject }) => code === "model_reverted" && subject.id === pk,
  );
}

async function repair(pk: string, label: string) {
  const { action } = (await findReverted(pk)) as Finding;
  expect(action.label).toBe(label);
  const answer = await app.admin.send(action.method, action.path, action.body);
  expect(await findReverted(pk)).toBeUndefined();
  return answer;
}

async function eventsOf(pk: string): Promise<Json[]> {
  const { body } = await app.viewer.get(`/api/activity?entity=model:${encodeURIComponent(pk)}`);
  return body.events as Json[]; // By docs/contract.md.
}

/** A row as the platform's populate script puts it: whole, with the older attributes. */
const populated = (provider: string, model_id: string) => ({
  ...modelRow(provider, model_id),
  input_price_per_1k: N("2.5"),
  output_price_per_1k: N("10"),
  is_active: S("true"),
  is_default: { BOOL: false },
  created_at: S("2025-08-30T09:00:00.000000Z"),
  updated_at: S("2025-08-30T09:00:00.000000Z"),
});

test("a value that is still as it was set here causes no finding", async () => {
  const row = await createModel({ input_price: 1, output_price: 2 });
  expect(await findReverted(row.pk)).toBeUndefined();
  expect((await eventsOf(row.pk)).map(({ action }) => action)).toEqual(["model.create"]);
});

test("a populate script that puts the row again is named, noticed once, and set back", async () => {
  const model_id = unique("m");
  const pk = `openai#${model_id}`;
  await app.aws.put(tables.models, populated("openai", model_id));
  const path = modelPath("openai", model_id);
  expect((await app.admin.patch(path, { input_price: 3.5, is_active: false })).status).toBe(200);
  await app.aws.put(tables.models, populated("openai", model_id));
  const finding = await findReverted(pk);
  expect(finding).toMatchObject({ code: "model_reverted" });
  expect(finding?.evidence).toContain("populate script");
  expect(finding?.evidence).toContain("3.5");
  await Promise.all([findReverted(pk), findReverted(pk)]);
  const events = await eventsOf(pk);
  expect(events.map(({ action }) => action)).toEqual(["model.reverted", "model.update"]);
  expect(events[0]).toMatchObject({ actor: "outside" });
  expect(await repair(pk, "Set it back")).toMatchObject({
    status: 200,
    body: { input_price: 3.5, is_active: false },
  });
  expect((await app.aws.model(pk))?.created_at).toEqual(S("2025-08-30T09:00:00.000000Z"));
});

test("context, capabilities, name and lifecycle that were put back are set again", async () => {
  const changes = {
    display_name: "Ours",
    max_tokens: 200_000,
    supports_tools: false,
    lifecycle: "legacy",
    retires_on: "2027-01-31",
  };
  const row = await createModel({ max_tokens: 8000, supports_tools: true });
  const before = await app.aws.model(row.pk);
  expect((await app.admin.patch(row.path, changes)).status).toBe(200);
  await app.aws.put(tables.models, { ...before, supports_vision: { BOOL: true } });
  const finding = await findReverted(row.pk);
  expect(finding?.evidence).toContain(
    "Context window was set to 200,000 tokens and is 8,000 tokens now",
  );
  expect(finding?.evidence).toContain("Tools was set to no and is yes now");
  expect(finding?.evidence).toContain(
    'Provider\'s lifecycle was set to "legacy" and is not set now',
  );
  expect(finding?.evidence).not.toContain("Vision");
  expect(await repair(row.pk, "Set it back")).toMatchObject({ status: 200, body: changes });
});

test("a default that another writer moved is set back, and the other loses it", async () => {
  const [first, second] = [await createModel({}, "deepseek"), await createModel({}, "deepseek")];
  await app.admin.patch(first.path, { is_default: true });
  await app.admin.patch(second.path, { is_default: true });
  for (const [row, value] of [
    [first, true],
    [second, false],
  ] as const) {
    await app.aws.set(tables.models, { pk: S(row.pk) }, "is_default", { BOOL: value });
  }
  expect(await findReverted(first.pk)).toBeDefined();
  expect(await repair(second.pk, "Set it back")).toMatchObject({ body: { is_default: true } });
  expect((await stored(first))?.is_default).toEqual({ BOOL: false });
  expect(await findReverted(first.pk)).toBeUndefined();
});

test("a price set to null here that comes back is noticed", async () => {
  const row = await putRow({ input_price: N("2"), output_price: N("4") });
  await app.admin.patch(row.path, { input_price: null });
  await app.aws.set(tables.models, { pk: S(row.pk) }, "input_price", N("2"));
  expect(await findReverted(row.pk)).toBeDefined();
  expect(await repair(row.pk, "Set it back")).toMatchObject({ body: { input_price: null } });
});

test("a model that another writer deleted is restored as it was", async () => {
  const row = await createModel({ input_price: 1, purpose: "Short answers" });
  await app.aws.remove(tables.models, { pk: S(row.pk) });
  const finding = await findReverted(row.pk);
  expect(finding?.title).toContain("was deleted outside");
  expect((await repair(row.pk, "Restore the row")).status).toBe(200);
  expect(await stored(row)).toMatchObject({ input_price: N("1"), purpose: S("Short answers") });
});

test("a retired model that another writer brings back is retired again", async () => {
  const row = await createModel();
  expect((await app.admin.send("DELETE", row.path)).status).toBe(200);
  expect(await findReverted(row.pk)).toBeUndefined();
  await app.aws.put(tables.models, populated("openai", row.model_id));
  expect((await findReverted(row.pk))?.title).toContain("is back after it was retired here");
  await repair(row.pk, "Retire it again");
  expect(await stored(row)).toBeUndefined();
});

test("an undone retirement, a rollback and an import are changes of our own", async () => {
  const row = await createModel({ input_price: 1 });
  const retired = await app.admin.send("DELETE", row.path);
  await app.admin.post(`/api/operations/${retired.body.operation_id}/undo`, {});
  expect(await stored(row)).toBeDefined();
  expect(await findReverted(row.pk)).toBeUndefined();
  await app.admin.patch(row.path, { input_price: 2 });
  const [event] = await eventsOf(row.pk);
  await app.admin.post(`${row.path}/rollback`, { event_id: event?.event_id });
  expect(await stored(row)).toMatchObject({ input_price: N("1") });
  expect(await findReverted(row.pk)).toBeUndefined();
  const rows = [{ provider: "openai", model_id: row.model_id, input_price: 5 }];
  await app.admin.post("/api/models/import", rows);
  expect(await findReverted(row.pk)).toBeUndefined();
});

test("another writer's change of what was never set here is no finding", async () => {
  const row = await putRow({ input_price: N("2") });
  await app.admin.patch(row.path, { display_name: "Another name" });
  await app.aws.set(tables.models, { pk: S(row.pk) }, "input_price", N("9"));
  expect(await findReverted(row.pk)).toBeUndefined();
});

test("two admins who change different values at once revert nothing", async () => {
  const row = await createModel({ input_price: 1 });
  for (let price = 2; price < 8; price += 1) {
    await Promise.all([
      app.admin.patch(row.path, { input_price: price }),
      app.admin.patch(row.path, { output_price: price }),
      findReverted(row.pk),
    ]);
  }
  expect(await findReverted(row.pk)).toBeUndefined();
  expect((await eventsOf(row.pk)).some(({ action }) => action === "model.reverted")).toBe(false);
});

test("the checks read no row again for what was noticed before", async () => {
  const proxy = await startFaultProxy({ dynamodb: app.awsUrl, secretsmanager: app.awsUrl });
  const behind = await startAgainst(proxy.url);
  try {
    const model_ids = [unique("m"), unique("m"), unique("m")];
    for (const model_id of model_ids) {
      await app.aws.put(tables.models, populated("openai", model_id));
      await app.admin.patch(modelPath("openai", model_id), { input_price: 3.5 });
      await app.aws.put(tables.models, populated("openai", model_id));
    }
    const readFlags = async () => {
      const from = proxy.calls.length;
      const { text } = await behind.viewer.get("/api/checks");
      const reads = proxy.calls
        .slice(from)
        .filter(({ operation, body }) => operation === "GetItem" && body.includes(tables.models));
      return [model_ids.every((id) => text.includes(id)), reads.length];
    };
    const [isFound, reads] = await readFlags();
    expect([isFound, Number(reads) >= model_ids.length]).toEqual([true, true]);
    expect(await readFlags()).toEqual([true, 0]);
  } finally {
    await behind.stop();
    proxy.stop();
  }
});
