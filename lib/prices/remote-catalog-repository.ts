import "server-only";
import type { RawItem } from "@/lib/aws/attributes";
import { objectStore } from "@/lib/aws/clients";
import { findNotedRow, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";

/** The last check of the object behind `PRICE_CATALOG`. */
export type RemoteCheck = {
  address: string;
  checked_at: string;
  /** Version, ETag and SHA-256 of the catalog in use, if it came from there. */
  version: string;
  etag: string;
  digest: string;
  /** Why the object wasn't taken, and since when; empty if it was. */
  failure: string;
  failing_since: string;
};

const keyOfCheck = () => managementKey("price-catalog", "remote");
const checkRow = rowCodec({
  address: field.text,
  checked_at: field.text,
  version: field.text,
  etag: field.text,
  digest: field.text,
  failure: field.text,
  failing_since: field.text,
});

/** The last check by any copy of the console; null if there was none, or the table is missing. */
export async function findRemoteCheck(): Promise<RemoteCheck | null> {
  const item = await findNotedRow(keyOfCheck());
  return item ? checkRow.decode(item) : null;
}

const checkedByOthers = () =>
  new AppError("conflict", "Another copy of the console is looking at the price catalog.");

/** Saves a check of the object if no other copy has checked it since `before`. */
export function saveRemoteCheck(check: RemoteCheck, before: RemoteCheck | null): WriteItem {
  const item: RawItem = { ...keyOfCheck(), ...checkRow.encode(check) };
  return putItem(table(), item, stillAsRead(before), checkedByOthers);
}

/** Makes the next check take the object whatever its ETag. */
export function deleteRemoteCheck(before: RemoteCheck): WriteItem {
  return deleteItem(table(), keyOfCheck(), stillAsRead(before), checkedByOthers);
}

function stillAsRead(before: RemoteCheck | null) {
  if (!before) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "checked_at = :checked",
    ExpressionAttributeValues: { ":checked": { S: before.checked_at } },
  };
}

export type RemoteFile = {
  text: string;
  /** Empty if the server sends none. */
  etag: string;
  /** When it was last changed (YYYY-MM-DD); null if the server sends no date. */
  changed_on: string | null;
};

const timeoutMs = 60_000;

/**
 * Fetches the object at an https or s3 address.
 * @param etag of the copy at hand; empty for none
 * @returns null if the object still has this ETag
 * @throws AppError `too_large`, `invalid` with the reason; AWS's and the network's errors
 */
export function fetchRemoteFile(
  address: string,
  etag: string,
  maxBytes: number,
): Promise<RemoteFile | null> {
  const signal = AbortSignal.timeout(timeoutMs);
  return address.startsWith("s3:")
    ? fetchObject(address, etag, maxBytes, signal)
    : fetchPage(address, etag, maxBytes, signal);
}

async function fetchPage(
  address: string,
  etag: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<RemoteFile | null> {
  const headers = { accept: "application/json", ...(etag && { "if-none-match": etag }) };
  const response = await fetch(address, { headers, signal });
  if (response.status === 304 && etag) return null;
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new AppError("invalid", `The address answered HTTP ${response.status}.`);
  }
  return {
    text: await readText(response.body, maxBytes),
    etag: response.headers.get("etag") ?? "",
    changed_on: dayOf(response.headers.get("last-modified")),
  };
}

async function fetchObject(
  address: string,
  etag: string,
  maxBytes: number,
  abortSignal: AbortSignal,
): Promise<RemoteFile | null> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const { hostname: Bucket, pathname } = new URL(address);
  const Key = decodeURIComponent(pathname.slice(1));
  const command = new GetObjectCommand({ Bucket, Key, ...(etag && { IfNoneMatch: etag }) });
  try {
    const { Body, ETag, LastModified } = await (await objectStore()).send(command, { abortSignal });
    // In Node, the SDK returns a readable stream.
    const body = Body as AsyncIterable<Uint8Array> | undefined;
    return {
      text: await readText(body ?? emptyBody(), maxBytes),
      etag: ETag ?? "",
      changed_on: dayOf(LastModified?.toISOString() ?? null),
    };
  } catch (error) {
    if (etag && isNotModified(error)) return null;
    throw error;
  }
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** The SDK throws for HTTP 304. */
function isNotModified(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  // The SDK's metadata of an answer.
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode === 304;
}

async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new AppError("too_large", `The file is larger than ${maxBytes / 1_000_000} MB.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function dayOf(time: string | null): string | null {
  const at = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? null : new Date(at).toISOString().slice(0, 10);
}
