import { expect, test } from "vitest";
import { csvChunks, jsonChunks } from "@/lib/activity/export-service";
import type { ActivityEvent } from "@/lib/activity/schema";

const event: ActivityEvent = {
  event_id: "e1",
  at: "2026-11-22T12:00:00.000Z",
  actor: "=cmd()",
  action: "model.delete",
  outcome: "done",
  entity: { kind: "model", id: "openai#gpt-4o" },
  before: { blob: { B: new Uint8Array([0, 255, 7]) }, blobs: { BS: [new Uint8Array([1])] } },
  after: null,
  request_id: null,
  operation_id: null,
  reason: null,
  evidence: null,
};

async function* pages() {
  yield [event];
}

async function textOf(chunks: AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts.join("");
}

test("bytes are exported in base64", async () => {
  const { events } = JSON.parse(await textOf(jsonChunks(pages())));
  expect(events[0].before).toEqual({ blob: { B: "AP8H" }, blobs: { BS: ["AQ=="] } });
  expect(await textOf(csvChunks(pages()))).toContain('""B"":""AP8H""');
});

test("an export contains no spreadsheet formulas", async () => {
  expect(await textOf(csvChunks(pages()))).toContain(`,"'=cmd()",`);
});
