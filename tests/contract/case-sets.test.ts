import { afterAll, beforeAll, expect, test } from "vitest";
import type { CaseSet, CaseSetList } from "@/lib/trials/rules/case-schema";
import { agentPath, unique } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
const path = `${agentPath("sql-agent")}/case-sets`;

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app?.stop());

const question = (content: string) => ({ messages: [{ role: "user", content }] });

async function create(cases: object[], name = unique("set")): Promise<CaseSet> {
  const { status, body, text } = await app.admin.post(path, { name, cases });
  expect(status, text).toBe(201);
  return body as CaseSet; // By the contract.
}

const addressOf = ({ id }: CaseSet) => `${path}/${id}`;

test("a case set is replaced only on the version that was read", async () => {
  const set = await create([question("One?")]);
  const read = await app.admin.get(addressOf(set));
  expect(read.headers.get("etag")).toBe(`"${set.etag}"`);
  const changed = { name: "Renamed", cases: [question("One?"), question("Two?")] };
  const match = { "if-match": `"${set.etag}"` };
  const first = await app.admin.put(addressOf(set), changed, match);
  expect(first.body).toMatchObject({ name: "Renamed", case_count: 2, updated_by: "admin" });
  const late = await app.admin.put(addressOf(set), { name: "Late", cases: [question("?")] }, match);
  expect([late.status, late.body.code]).toEqual([412, "stale"]);
  expect(late.body.current).toEqual(first.body);
  const lateDelete = await app.admin.delete(addressOf(set), match);
  expect(lateDelete.status).toBe(412);
  const { etag } = first.body as CaseSet;
  const deleted = await app.admin.delete(addressOf(set), { "if-match": `"${etag}"` });
  expect(deleted.status).toBe(204);
  expect((await app.admin.get(addressOf(set))).status).toBe(404);
});

test("JSONL goes out and comes in again unchanged", async () => {
  const cases = [
    { ...question("How many orders?"), expect: { tool: "execute_sql_query", contains: "Orders" } },
    {
      messages: [
        { role: "user", content: "Two lines\nand “quotes”" },
        {
          role: "assistant",
          content: [{ type: "tool_call", id: "1", name: "get_db_schema", arguments: {} }],
        },
        { role: "user", content: [{ type: "tool_result", tool_call_id: "1", content: "[]" }] },
      ],
      expect: { json: { answer: [1, null] } },
    },
  ];
  const set = await create(cases);
  const exported = await app.admin.get(`${addressOf(set)}/export`);
  expect(exported.headers.get("content-type")).toContain("application/jsonl");
  const lines = exported.text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(cases);
  // As other programs write it: a byte order mark, Windows line ends and empty lines.
  const jsonl = `\uFEFF${lines.join("\r\n\r\n")}\r\n`;
  const again = await app.admin.post(path, { name: unique("copy"), jsonl });
  expect([again.status, again.body.cases]).toEqual([201, cases]);
});

test.each([
  ['{"messages": []}', "Line 1"],
  ['{"messages": [{"role": "user", "content": "?"}]}\nnot JSON', "Line 2: This is not JSON"],
  ['{"messages": [{"role": "user", "content": "?"}], "expected": {}}', "no field expected"],
  ["", "no case"],
])("a file of cases that can't be read is refused by its line: %s", async (jsonl, message) => {
  const { status, body } = await app.admin.post(path, { name: "Bad", jsonl });
  const errors = [{ path: "jsonl", message: expect.stringContaining(message) }];
  expect([status, body.errors]).toEqual([422, errors]);
});

test("a set says how much room is left, and takes no more than that", async () => {
  const room = (set: CaseSet) => set.max_bytes - set.bytes;
  const small = await create([question("x")]);
  expect(small).toMatchObject({ max_bytes: 400_000 });
  const full = question("x".repeat(1 + room(small)));
  const set = await create([full]);
  expect(room(set)).toBe(0);
  const { case_sets } = (await app.admin.get(path)).body as CaseSetList; // By the contract.
  expect(case_sets.find(({ id }) => id === set.id)).toMatchObject({ bytes: 400_000 });
  const over = await app.admin.put(addressOf(set), {
    name: "Over",
    cases: [question("x".repeat(2 + room(small)))],
  });
  expect([over.status, over.body.errors]).toEqual([
    422,
    [{ path: "cases", message: expect.stringContaining("at most 400 kB") }],
  ]);
});

test("only admins see case sets", async () => {
  const set = await create([question("Secret?")]);
  for (const address of [path, addressOf(set), `${addressOf(set)}/export`]) {
    const { status, text } = await app.viewer.get(address);
    expect(status).toBe(403);
    expect(text).not.toContain("Secret?");
  }
});
