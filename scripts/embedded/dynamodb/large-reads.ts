import type { JsonObject } from "../json";
import type { DynaliteStore, Item } from "./dynalite-types";
import { execute, prepare } from "./engine";
import { getTable } from "./item-write";
import { itemBytes } from "./limits";

const maxPageBytes = 1024 * 1024;
const maxBatchBytes = 16 * 1024 * 1024;

/** Query and Scan. dynalite ends pages by characters; AWS ends them by bytes. */
export async function readPage(
  store: DynaliteStore,
  name: "Query" | "Scan",
  body: JsonObject,
): Promise<JsonObject> {
  const reply = await execute(store, name, prepare(store, name, body));
  if (!Array.isArray(reply.Items)) return reply;
  // dynalite answers stored items.
  const items = reply.Items as Item[];
  const page = items.slice(0, countInPage(items));
  const last = page.at(-1);
  if (!last || page.length === items.length) return reply;
  const table = await getTable(store, String(body.TableName), false);
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const index = indexes.find(({ IndexName }) => IndexName === body.IndexName);
  const names = [table, index].flatMap((keyed) => keyed?.KeySchema ?? []);
  const LastEvaluatedKey: Item = {};
  for (const { AttributeName } of names) {
    const value = last[AttributeName];
    // A projection left out a key.
    if (!value) return reply;
    LastEvaluatedKey[AttributeName] = value;
  }
  return { ...reply, Items: page, Count: page.length, LastEvaluatedKey };
}

function countInPage(items: Item[]): number {
  let bytes = 0;
  const end = items.findIndex((item) => {
    if (bytes >= maxPageBytes) return true;
    bytes += itemBytes(item);
    return false;
  });
  return end === -1 ? items.length : end;
}

/** BatchGetItem. dynalite answers at most a megabyte, and lists the remaining keys. */
export function batchGet(store: DynaliteStore, body: JsonObject): Promise<JsonObject> {
  const options = { ...store.options, maxItemSize: maxBatchBytes - maxPageBytes };
  const larger = Object.assign(Object.create(store) as DynaliteStore, { options });
  return execute(larger, "BatchGetItem", prepare(store, "BatchGetItem", body));
}
