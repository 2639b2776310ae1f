import "server-only";
import { AppError } from "@/lib/errors";
import type { AttributeValue, RawItem } from "./attributes";

/** The largest row that DynamoDB accepts, in bytes (Service quotas). */
export const maxItemBytes = 400 * 1024;

/** The size of a row in bytes as DynamoDB counts it: names and values in UTF-8. */
export function itemBytes(item: RawItem): number {
  return Object.entries(item).reduce(
    (bytes, [name, value]) => bytes + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 2;
  if (value.B) return value.B.byteLength;
  if (value.L) return value.L.reduce((bytes, part) => bytes + 1 + valueBytes(part), 3);
  if (value.M) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  const set = [...(value.SS ?? []), ...(value.NS ?? []), ...(value.BS ?? [])];
  return set.reduce((bytes, part) => bytes + Buffer.byteLength(part), 1);
}

/**
 * Rejects a row that is too large for DynamoDB.
 * @param reserved bytes to leave for attributes that are added later
 * @throws AppError `too_large` that names the largest attribute
 */
export function assertRowFits(row: RawItem, reserved = 0): void {
  const bytes = itemBytes(row);
  if (bytes + reserved <= maxItemBytes) return;
  const { before, after } = row;
  const isRecord = before?.M !== undefined || after?.M !== undefined;
  const path = maxSizedAttribute(isRecord ? { ...before?.M, ...after?.M } : row);
  const limit = `${Math.ceil(bytes / 1000)} kB, and DynamoDB takes at most 400 kB a row`;
  const why = isRecord
    ? `the history keeps the values before and after the change, which takes ${limit}`
    : `the row would have ${limit}`;
  const message = `${path} is too long: ${why}. Nothing was saved. Shorten it.`;
  throw new AppError("too_large", message, { errors: [{ path, message }] });
}

function maxSizedAttribute(values: RawItem): string {
  const sizes = Object.entries(values).map(([name, value]) => ({ name, bytes: valueBytes(value) }));
  return sizes.toSorted((a, b) => b.bytes - a.bytes)[0]?.name ?? "";
}
