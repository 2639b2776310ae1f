import { isJsonObject, type JsonObject } from "../json-object";

/** ConsumedCapacity of a transaction, by table: twice the units of its actions outside one. */
export function transactionCapacity(results: JsonObject[]): JsonObject {
  const units = new Map<string, number>();
  for (const { ConsumedCapacity: consumed } of results) {
    if (!isJsonObject(consumed)) continue;
    const table = String(consumed.TableName);
    units.set(table, (units.get(table) ?? 0) + 2 * Number(consumed.CapacityUnits));
  }
  if (units.size === 0) return {};
  const ConsumedCapacity = [...units].map(([TableName, CapacityUnits]) => ({
    TableName,
    CapacityUnits,
  }));
  return { ConsumedCapacity };
}
