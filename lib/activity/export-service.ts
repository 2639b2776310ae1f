import "server-only";
import Papa from "papaparse";
import { rawJson } from "@/lib/aws/attributes";
import type { ActivityEvent } from "./schema";

const columns = [
  "at",
  "actor",
  "action",
  "outcome",
  "kind",
  "id",
  "before",
  "after",
  "reason",
  "operation_id",
  "request_id",
  "event_id",
  "evidence",
  "trial_id",
];

/** The events as a CSV file, one chunk per page. */
export async function* csvChunks(pages: AsyncIterable<ActivityEvent[]>): AsyncGenerator<string> {
  yield `${columns.join(",")}\r\n`;
  for await (const events of pages) {
    if (events.length === 0) continue;
    yield `${Papa.unparse(events.map(toRow), { escapeFormulae: true })}\r\n`;
  }
}

/** The events as one JSON document, one chunk per page. */
export async function* jsonChunks(pages: AsyncIterable<ActivityEvent[]>): AsyncGenerator<string> {
  let separator = '{"events":[';
  for await (const events of pages) {
    for (const event of events) {
      yield `${separator}\n${rawJson(event)}`;
      separator = ",";
    }
  }
  yield separator === "," ? "\n]}\n" : '{"events":[]}\n';
}

function toRow(event: ActivityEvent): (string | null | undefined)[] {
  const { kind, id } = event.entity;
  return [
    event.at,
    event.actor,
    event.action,
    event.outcome,
    kind,
    id,
    event.before && rawJson(event.before),
    event.after && rawJson(event.after),
    event.reason,
    event.operation_id,
    event.request_id,
    event.event_id,
    event.evidence?.text,
    event.evidence?.trial_id,
  ];
}
