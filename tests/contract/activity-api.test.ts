import {
  type AttributeValue,
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import definitions from "@/lib/setup/tables.json";
import {
  agentPath,
  agentRow,
  type Item,
  type Json,
  modelPath,
  modelRow,
  tables,
  unique,
} from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;

beforeAll(async () => {
  app = await startConsole({ seed: "none" });
});

afterAll(() => app.stop());

const S = (value: string): AttributeValue => ({ S: value });

type Page = { events: (Json & { event_id: string; at: string })[]; cursor: string | null };

async function page(query: Record<string, string> = {}): Promise<Page> {
  const { status, body } = await app.viewer.get(`/api/activity?${new URLSearchParams(query)}`);
  expect(status).toBe(200);
  return body as Page; // By docs/contract.md.
}

/** All pages to the end. */
async function everything(query: Record<string, string> = {}) {
  const pages: Page["events"][] = [];
  let cursor: string | null = null;
  do {
    const next: Page = await page({ ...query, ...(cursor && { cursor }) });
    pages.push(next.events);
    cursor = next.cursor;
  } while (cursor);
  return { events: pages.flat(), sizes: pages.map((events) => events.length) };
}

async function newModel() {
  const model_id = unique("m");
  await app.admin.post("/api/models", { provider: "openai", model_id });
  return { pk: `openai#${model_id}`, path: modelPath("openai", model_id) };
}

test("a change carries who, what, when, before and after as raw attributes, and its request", async () => {
  const model = await newModel();
  const answer = await app.admin.patch(model.path, { input_price: 2.5, is_active: false });
  const [changed, created] = (await page({ entity: `model:${model.pk}` })).events;
  expect(created).toMatchObject({
    action: "model.create",
    before: null,
    after: { pk: S(model.pk), is_active: S("true") },
  });
  expect(changed).toMatchObject({
    action: "model.update",
    actor: "admin",
    outcome: "done",
    entity: { kind: "model", id: model.pk },
    before: { is_active: S("true"), updated_at: { S: expect.any(String) } },
    after: { is_active: S("false"), input_price: { N: "2.5" }, input_price_source: S("admin") },
    request_id: answer.headers.get("x-request-id"),
  });
  expect(changed?.before).not.toHaveProperty("display_name");
  expect(Date.parse(String(changed?.at))).toBeGreaterThan(Date.now() - 60_000);
});

async function emptyTable(name: string) {
  const rows = await app.aws.scan(name);
  for (const { pk, sk } of rows) if (pk && sk) await app.aws.remove(name, { pk, sk });
}

async function recreateTable(name: string) {
  await app.aws.dynamodb.send(new DeleteTableCommand({ TableName: name }));
  // The input of the command that the console itself shows.
  const input = { ...definitions.management, TableName: name } as CreateTableCommandInput;
  await app.aws.dynamodb.send(new CreateTableCommand({ ...input, BillingMode: "PAY_PER_REQUEST" }));
}

test("changes are listed after the table was emptied or made anew", async () => {
  await newModel();
  for (const renew of [emptyTable, recreateTable]) {
    await renew(tables.management);
    const model = await newModel();
    const { events } = await page();
    expect(events.map(({ entity }) => entity)).toEqual([{ kind: "model", id: model.pk }]);
  }
});

test("a refused change leaves no event", async () => {
  const model = await newModel();
  await app.aws.set(tables.models, { pk: S(model.pk) }, "display_name", S("Theirs"));
  const headers = { "if-match": '"stale"' };
  expect((await app.admin.patch(model.path, { display_name: "Mine" }, headers)).status).toBe(412);
  expect((await page({ entity: `model:${model.pk}` })).events).toHaveLength(1);
});

test("every acknowledged change of a contended row has its event, and no other has one", async () => {
  const model = await newModel();
  const names = Array.from({ length: 12 }, (_, index) => `Name ${index}`);
  const answers = await Promise.all(
    names.map((display_name) => app.admin.patch(model.path, { display_name })),
  );
  const acknowledged = names.filter((_, index) => answers[index]?.status === 200);
  const { events } = await page({ entity: `model:${model.pk}` });
  const recorded = events
    .filter((event) => event.action === "model.update")
    .map((event) => (event.after as Item).display_name?.S);
  const stored = (await app.aws.model(model.pk))?.display_name?.S;
  expect(recorded[0]).toBe(stored);
  expect(recorded.sort()).toEqual(acknowledged.sort());
});

test("unsetting the former default is an event of the former default, of the same request", async () => {
  const [old, next] = [await newModel(), await newModel()];
  await app.admin.patch(old.path, { is_default: true });
  const answer = await app.admin.patch(next.path, { is_default: true });
  const [event] = (await page({ entity: `model:${old.pk}` })).events;
  expect(event).toMatchObject({
    before: { is_default: { BOOL: true } },
    after: { is_default: { BOOL: false } },
    request_id: answer.headers.get("x-request-id"),
  });
});

test("the newest come first, 50 a page, and the cursor reaches the end without gaps or doubles", async () => {
  const model = await newModel();
  for (let index = 0; index < 119; index += 1) {
    await app.admin.patch(model.path, { display_name: `Name ${index}` });
  }
  const { events, sizes } = await everything({ entity: `model:${model.pk}` });
  expect(sizes.slice(0, 2)).toEqual([50, 50]);
  expect(events).toHaveLength(120);
  const names = events.map((event) => (event.after as Item).display_name?.S);
  expect(names.slice(0, 119)).toEqual(
    Array.from({ length: 119 }, (_, index) => `Name ${118 - index}`),
  );
  const all = await everything();
  expect(new Set(all.events.map((event) => event.event_id)).size).toBe(all.events.length);
  for (const { event_id } of events) {
    expect(all.events.map((event) => event.event_id)).toContain(event_id);
  }
  const times = all.events.map((event) => event.at);
  expect(times).toEqual([...times].sort().reverse());
});

test("a page ends at 50 events even where they are large, and none is skipped", async () => {
  const name = unique("wordy");
  await app.aws.put(tables.agents, agentRow(name, "openai", "gpt-4o"));
  for (let index = 0; index < 14; index += 1) {
    const system_prompt = `${index} ${"x".repeat(80_000)}`;
    expect((await app.admin.patch(agentPath(name), { system_prompt })).status).toBe(200);
  }
  const { events, cursor } = await page({ entity: `agent:${name}/v1.0` });
  expect(events).toHaveLength(14);
  expect(cursor).toBeNull();
  const all = await everything();
  expect(all.events.filter(({ entity }) => (entity as Json).id === `${name}/v1.0`)).toHaveLength(
    14,
  );
});

test("events of earlier days follow those of today", async () => {
  const name = unique("old");
  const at = "2026-01-05T10:00:00.000Z";
  const event_id = unique("event");
  await app.aws.put(tables.management, { pk: S("days"), sk: S("2026-01-05") });
  await app.aws.put(tables.management, {
    pk: S(`events#agent:${name}/v1.0`),
    sk: S(`${at}#${event_id}`),
    day: S("2026-01-05"),
    at: S(`${at}#${event_id}`),
    event_id: S(event_id),
    happened_at: S(at),
    actor: S("admin"),
    action: S("agent.update"),
    outcome: S("done"),
    entity_kind: S("agent"),
    entity_id: S(`${name}/v1.0`),
    before: { M: {} },
    after: { M: {} },
  });
  await newModel();
  expect((await everything()).events.at(-1)).toMatchObject({ event_id });
});

test("an entity whose id holds # : / is found by it", async () => {
  const model_id = `arn:aws:bedrock:eu-west-1:1:provisioned-model/${unique("x")}`;
  await app.admin.post("/api/models", { provider: "bedrock", model_id });
  const { events } = await page({ entity: `model:bedrock#${model_id}` });
  expect(events).toHaveLength(1);
});

test("an unknown entity has no events; malformed entities and cursors are refused", async () => {
  expect(await page({ entity: "agent:nobody/v1.0" })).toEqual({ events: [], cursor: null });
  for (const entity of ["nonsense", "planet:earth", "model:"]) {
    const answer = await app.viewer.get(`/api/activity?entity=${entity}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "entity" }] } });
  }
  const cursor = "9".repeat(5000);
  const queries: Record<string, string>[] = [{ cursor }, { cursor, entity: "key:openai" }];
  for (const query of queries) {
    const { status } = await app.viewer.get(`/api/activity?${new URLSearchParams(query)}`);
    expect([200, 400, 422]).toContain(status);
  }
});

test("a deleted model's event holds the whole row, from which it could be made again", async () => {
  const row = modelRow("openai", unique("gone"), { owner: S("search"), tags: { SS: ["a", "b"] } });
  await app.aws.put(tables.models, row);
  await app.admin.delete(modelPath("openai", row.model_id?.S ?? ""));
  const [event] = (await page({ entity: `model:${row.pk?.S}` })).events;
  expect(event).toMatchObject({ action: "model.delete", after: null });
  expect(event?.before).toEqual({ ...row, tags: { SS: expect.arrayContaining(["a", "b"]) } });
});
