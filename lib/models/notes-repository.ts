import "server-only";
import { randomUUID } from "node:crypto";
import { GetItemCommand, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { count, flag, type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { LastTest } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const lastTests = "last-tests";
const pricesOf = (pk: string) => `model#${pk}`;
const guardKey = (pk: string): RawItem => ({ pk: text(pk), sk: text("guard") });

/** Touched by every write that makes a model the default of its provider id. */
export const defaultGuard = (providerId: string) => `default#${providerId}`;
/** Touched by every switch of an agent to the model, and by its deletion. */
export const agentsGuard = (pk: string) => `use#${pk}`;

/** A concurrent transaction has touched the same guard: read again and decide again. */
export class GuardMoved extends AppError {
  constructor(guard: string) {
    super("conflict", `Another change that concerns ${guard} was going on. Try again.`);
  }
}

/** How often the guard has been touched; 0 when never. */
export async function readGuard(guard: string): Promise<number> {
  const input = { TableName: table(), Key: guardKey(guard), ConsistentRead: true };
  const { Item } = await dynamodb().send(new GetItemCommand(input));
  return Number(Item?.touched?.N ?? 0);
}

/** Touches the guard; with `seen`, only if nobody has touched it since. */
export function touchGuard(guard: string, seen?: number): WriteItem {
  const untouched =
    seen === 0
      ? "attribute_not_exists(touched)"
      : seen === undefined
        ? undefined
        : "touched = :seen";
  const change = {
    UpdateExpression: "ADD touched :one",
    ConditionExpression: untouched,
    ExpressionAttributeValues: { ":one": count(1), ...(seen ? { ":seen": count(seen) } : {}) },
  };
  return updateItem(table(), guardKey(guard), change, () => new GuardMoved(guard));
}

/** A write whose refusal means that what was read under the guard is out of date. */
export function underGuard(guard: string, item: WriteItem): WriteItem {
  return { ...item, refuse: () => new GuardMoved(guard) };
}

/** The newest test of every model, by pk. */
export async function listLastTests(): Promise<Map<string, LastTest>> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(lastTests) },
    ConsistentRead: true,
  });
  const items = await orWithoutTable(query, []);
  return new Map(items.map((item) => [item.sk?.S ?? "", toLastTest(item)]));
}

export async function findLastTest(pk: string): Promise<LastTest | null> {
  const key = { pk: text(lastTests), sk: text(pk) };
  const command = new GetItemCommand({ TableName: table(), Key: key, ConsistentRead: true });
  const { Item } = await orWithoutTable(dynamodb().send(command), { Item: undefined });
  return Item ? toLastTest(Item) : null;
}

export async function saveLastTest(pk: string, test: LastTest): Promise<void> {
  const item: RawItem = {
    pk: text(lastTests),
    sk: text(pk),
    at: text(test.at),
    outcome: text(test.outcome),
    by: text(test.by),
    simulated: flag(test.simulated),
    ...(test.latency_ms !== null && { latency_ms: count(test.latency_ms) }),
    ...(test.first_token_ms !== null && { first_token_ms: count(test.first_token_ms) }),
  };
  await dynamodb().send(new PutItemCommand({ TableName: table(), Item: item }));
}

function toLastTest(item: RawItem): LastTest {
  const numberOf = (name: string) => (item[name]?.N === undefined ? null : Number(item[name].N));
  return {
    at: item.at?.S ?? "",
    outcome: item.outcome?.S ?? "",
    latency_ms: numberOf("latency_ms"),
    first_token_ms: numberOf("first_token_ms"),
    by: item.by?.S ?? "",
    simulated: item.simulated?.BOOL ?? false,
  };
}

/** True once a change of this model's prices has been recorded. */
export async function hasPriceRecord(pk: string): Promise<boolean> {
  const { Count } = await dynamodb().send(
    new QueryCommand({
      TableName: table(),
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :price)",
      ExpressionAttributeValues: { ":pk": text(pricesOf(pk)), ":price": text("price#") },
      ConsistentRead: true,
      Limit: 1,
    }),
  );
  return (Count ?? 0) > 0;
}

/** Prices in force from `at` on (USD per 1M tokens; null = not priced); unnamed ones go on as before. */
export function recordPrices(
  pk: string,
  at: string,
  prices: Record<string, number | null>,
): WriteItem {
  const values = Object.entries(prices).map(([name, price]) => [
    name,
    price === null ? { NULL: true as const } : count(price),
  ]);
  const item = {
    ...Object.fromEntries(values),
    pk: text(pricesOf(pk)),
    sk: text(`price#${at}#${randomUUID()}`),
    in_force_from: text(at),
  };
  return putItem(table(), item, {}, () => new AppError("conflict", `Prices of "${pk}" are busy.`));
}
