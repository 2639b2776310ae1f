import "server-only";
import { randomUUID } from "node:crypto";
import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type AttributeValue, count, flag, type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import type { AttributeChanges } from "@/lib/aws/narrow-update";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { putItem, updateItem, type WriteItem } from "@/lib/aws/transact";
import type { CapabilityName, CapabilityProof } from "@/lib/capabilities/schema";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { LastTest, ModelNotes } from "./schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const lastTests = "last-tests";
const notesKey = (pk: string): RawItem => ({ pk: text(lastTests), sk: text(pk) });
const pricesOf = (pk: string) => `model#${pk}`;
const guardKey = (pk: string): RawItem => ({ pk: text(pk), sk: text("guard") });

/** Touched by every write that makes a model the default of its provider id. */
export const defaultGuard = (providerId: string) => `default#${providerId}`;
/** Touched by every switch of an agent to the model, and by its deletion. */
export const agentsGuard = (pk: string) => `use#${pk}`;

/** A concurrent transaction has touched the same guard: read again and decide again. */
export class GuardMoved extends AppError {
  constructor(guard: string) {
    const [kind, ...id] = guard.split("#");
    const what = kind === "default" ? "the default of" : "the agents on";
    super(
      "conflict",
      `Others keep changing ${what} ${id.join("#")}. Nothing was saved; try again.`,
    );
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

export const noNotes: ModelNotes = { last_test: null, capabilities_proved: null };

/** The notes of every model that has any, by pk. */
export async function listModelNotes(): Promise<Map<string, ModelNotes>> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(lastTests) },
    ConsistentRead: true,
  });
  const items = await orWithoutTable(query, []);
  return new Map(items.map((item) => [item.sk?.S ?? "", toNotes(item)]));
}

/** What is noted of a model apart from its row; all unknown where there is nothing. */
export async function findModelNotes(pk: string): Promise<ModelNotes> {
  const command = new GetItemCommand({
    TableName: table(),
    Key: notesKey(pk),
    ConsistentRead: true,
  });
  const { Item } = await orWithoutTable(dynamodb().send(command), { Item: undefined });
  return toNotes(Item ?? {});
}

/** Keeps the outcome of the last test in place of the one before. */
export async function saveLastTest(pk: string, test: LastTest): Promise<void> {
  await saveNotes(pk, {
    at: text(test.at),
    outcome: text(test.outcome),
    by: text(test.by),
    simulated: flag(test.simulated),
    latency_ms: test.latency_ms === null ? null : count(test.latency_ms),
    first_token_ms: test.first_token_ms === null ? null : count(test.first_token_ms),
  });
}

/** Keeps what a probe has shown beside what the others have. */
export async function saveCapability(
  pk: string,
  name: CapabilityName,
  proof: CapabilityProof,
): Promise<void> {
  await saveNotes(pk, { [`capability_${name}`]: fromProof(proof) });
}

/** Tests and probes write into one row, each only its own attributes. */
async function saveNotes(pk: string, changes: AttributeChanges): Promise<void> {
  const names = Object.keys(changes);
  const assigned = names.filter((name) => changes[name] !== null);
  const removed = names.filter((name) => changes[name] === null);
  const values = assigned.flatMap((name) => {
    const value = changes[name];
    return value ? [[`:${name}`, value] as const] : [];
  });
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: notesKey(pk),
    UpdateExpression: [
      `SET ${assigned.map((name) => `#${name} = :${name}`).join(", ")}`,
      ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(", ")}`] : []),
    ].join(" "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(values),
  });
  await dynamodb().send(command);
}

function toNotes(item: RawItem): ModelNotes {
  const proved = {
    tools: toProof(item.capability_tools),
    vision: toProof(item.capability_vision),
    streaming: toProof(item.capability_streaming),
  };
  const isProbed = Object.values(proved).some((proof) => proof !== null);
  return {
    last_test: item.outcome ? toLastTest(item) : null,
    capabilities_proved: isProbed ? proved : null,
  };
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

function fromProof({ simulated, ...words }: CapabilityProof): AttributeValue {
  const entries = Object.entries(words).flatMap(([name, value]) =>
    value === null ? [] : [[name, text(value)] as const],
  );
  return { M: { ...Object.fromEntries(entries), simulated: flag(simulated) } };
}

function toProof(stored: AttributeValue | undefined): CapabilityProof | null {
  const proof = stored?.M;
  if (!proof) return null;
  return {
    // Only fromProof writes these values: that holds for the code below too.
    verdict: (proof.verdict?.S ?? "not_known") as CapabilityProof["verdict"],
    at: proof.at?.S ?? "",
    by: proof.by?.S ?? "",
    detail: proof.detail?.S ?? "",
    code: (proof.code?.S ?? null) as CapabilityProof["code"],
    fix: proof.fix?.S ?? null,
    simulated: proof.simulated?.BOOL ?? false,
  };
}

/** Every recorded change of this model's prices, oldest first; a price that it does not name went on. */
export async function listPriceRecords(
  pk: string,
): Promise<{ in_force_from: string; prices: Record<string, number | null> }[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :price)",
    ExpressionAttributeValues: { ":pk": text(pricesOf(pk)), ":price": text("price#") },
    ConsistentRead: true,
  });
  return (await orWithoutTable(query, [])).map(({ in_force_from, ...item }) => {
    const prices = Object.entries(item).flatMap(([name, { N, NULL }]) =>
      N !== undefined || NULL ? [[name, N === undefined ? null : Number(N)] as const] : [],
    );
    return { in_force_from: in_force_from?.S ?? "", prices: Object.fromEntries(prices) };
  });
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
