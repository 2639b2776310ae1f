import type { ActivityEvent } from "@/lib/activity/schema";
import { ApiError } from "@/lib/api-client";
import { valueInWords } from "./value-words";

export type ChangedSince = { label: string; left: string | null; now: string | null };

/**
 * What is not as the event left it any more, by the record that came with a 409 `conflict`; null
 * when the failure tells of no record.
 */
export function changedSince(event: ActivityEvent, error: unknown): ChangedSince[] | null {
  if (!(error instanceof ApiError) || error.problem.code !== "conflict") return null;
  const { current } = error.problem;
  if (typeof current !== "object" || current === null) return null;
  const record = new Map<string, unknown>(Object.entries(current));
  return event.after === null ? [] : differences(event, record);
}

function differences(event: ActivityEvent, record: Map<string, unknown>): ChangedSince[] {
  const names = new Set([...Object.keys(event.before ?? {}), ...Object.keys(event.after ?? {})]);
  return [...names].flatMap((name) => {
    // Times and legacy attributes are no part of the record, or no choice of anybody.
    if (name === "updated_at" || !record.has(name)) return [];
    const left = valueInWords(name, event.after?.[name]);
    const now = valueInWords(name, rawOf(record.get(name)));
    return left === now ? [] : [{ label: name, left, now }];
  });
}

/** A value of a record in the shape of the attribute that it came from. */
function rawOf(value: unknown): object | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return { S: String(value) };
}
