import "server-only";
import { randomUUID } from "node:crypto";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { numberAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec, toAttribute } from "@/lib/aws/row-codec";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import type { CapabilityName, CapabilityProof } from "@/lib/capabilities/schema";
import { AppError } from "@/lib/errors";
import type { PriceRecord } from "@/lib/prices/rules/price-history";
import { completionCodes } from "@/lib/providers/rules/codes";
import { runtimeOutcomes } from "@/lib/runtime/rules/outcome";
import { type Transformer, transformers } from "@/lib/runtime/schema";
import { splitPk } from "./row";
import { isConclusive, type ModelProof, type Observation } from "./rules/evidence";
import { candidatePks, type LastTest, type ModelNotes, type RuntimeEvidence } from "./schema";

const lastTests = "last-tests";
const notesKey = (pk: string) => managementKey(lastTests, pk);
const pricesOf = (pk: string) => `model#${pk}`;
const pricePrefix = "price#";
const priceOrigins = ["repriced", "assumed"] as const satisfies PriceRecord["origin"][];

const proof = z
  .object({
    verdict: z.enum(["proved", "disproved", "not_known"]).catch("not_known"),
    at: field.text,
    by: field.text,
    detail: field.text,
    code: z.enum(completionCodes).nullable().catch(null),
    fix: field.optionalText,
    simulated: field.flag,
  })
  .nullable()
  .catch(null);

const lastProof = z
  .object({
    at: field.text,
    outcome: field.text,
    by: field.text,
    source: z.enum(["test", "probe"]).catch("test"),
  })
  .nullable()
  .catch(null);

const evidence = z
  .object({
    at: field.text,
    by: field.text,
    outcome: z.enum(runtimeOutcomes),
    status: field.optionalNumber,
    words: field.optionalText,
    latency_ms: z.number().catch(0),
    timeout_ms: z.number().catch(0),
    would_fail_with: z
      .object({ error: field.text, cause: field.text, state: field.optionalText })
      .nullable()
      .catch(null),
    after_tool_result: field.flag,
    simulated: field.flag,
  })
  .nullable()
  .catch(null);

/** Each format, with and without tools, and the attribute of its last test. */
const evidenceSlots = transformers.flatMap((transformer) =>
  [true, false].map((with_tools) => ({
    transformer,
    with_tools,
    attribute: evidenceAttribute(transformer, with_tools),
  })),
);

function evidenceAttribute(transformer: Transformer, withTools: boolean): string {
  return `runtime_${transformer}_${withTools ? "with" : "without"}_tools`;
}

const evidenceRow = rowCodec(
  Object.fromEntries(evidenceSlots.map(({ attribute }) => [attribute, evidence])),
);

/** One row for tests and probes; each writes only its own attributes. */
const notesRow = rowCodec({
  sk: field.text,
  at: field.text,
  outcome: field.optionalText,
  latency_ms: field.optionalNumber,
  first_token_ms: field.optionalNumber,
  by: field.text,
  simulated: field.flag,
  last_proof: lastProof,
  capability_tools: proof,
  capability_vision: proof,
  capability_streaming: proof,
});

/** What tests and probes have shown, with the last of them that proved something. */
export type StoredNotes = ModelNotes & { last_proof: ModelProof | null };

export const emptyNotes: StoredNotes = {
  last_test: null,
  runtime_evidence: [],
  last_proof: null,
  capabilities_proved: null,
};

/** The notes of all models, by pk. */
export async function listModelNotes(): Promise<Map<string, StoredNotes>> {
  return new Map((await listNotedRows(lastTests)).map((item) => [item.sk?.S ?? "", toNotes(item)]));
}

/** A model's notes; all null if there are none. */
export async function findModelNotes(pk: string): Promise<StoredNotes> {
  return toNotes((await findNotedRow(notesKey(pk))) ?? {});
}

/** Replaces the last test. */
export async function saveLastTest(pk: string, test: LastTest): Promise<void> {
  const { at, outcome, by } = test;
  const last_proof: ModelProof = { at, outcome, by, source: "test" };
  await saveNotes(pk, { ...test, ...(isConclusive(outcome) && { last_proof }) });
  if (isConclusive(outcome)) await saveForOtherNames(pk, last_proof);
}

/** The same model may also be registered under another name of its provider. */
async function saveForOtherNames(pk: string, last_proof: ModelProof): Promise<void> {
  const key = splitPk(pk);
  if (!key) return;
  const others = candidatePks(key.provider, key.model_id).filter((other) => other !== pk);
  await Promise.all(others.map((other) => saveNotes(other, { last_proof })));
}

/** Replaces the last test with the runtime's request in this format, with or without tools. */
export async function saveRuntimeTest(
  pk: string,
  { transformer, with_tools, ...test }: RuntimeEvidence,
): Promise<void> {
  await saveNotes(pk, { [evidenceAttribute(transformer, with_tools)]: test });
}

/** Saves how a probe ended, if that proves whether the model can be called. */
export async function saveProbeOutcome(
  pk: string,
  { at, outcome, by }: Observation,
): Promise<void> {
  if (!isConclusive(outcome)) return;
  const last_proof: ModelProof = { at, outcome, by, source: "probe" };
  await saveNotes(pk, { last_proof });
  await saveForOtherNames(pk, last_proof);
}

/** Saves one capability's result beside the others. */
export async function saveCapabilityProof(
  pk: string,
  name: CapabilityName,
  proof: CapabilityProof,
): Promise<void> {
  await saveNotes(pk, { [`capability_${name}`]: proof });
}

/** Sets the named attributes and removes those that are null. */
async function saveNotes(pk: string, changes: Record<string, unknown>): Promise<void> {
  const names = Object.keys(changes);
  const assigned = names.filter((name) => changes[name] !== null);
  const removed = names.filter((name) => changes[name] === null);
  const values = assigned.map((name) => [`:${name}`, toAttribute(changes[name])]);
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

function toNotes(item: RawItem): StoredNotes {
  const {
    sk: _,
    outcome,
    last_proof,
    capability_tools,
    capability_vision,
    capability_streaming,
    ...test
  } = notesRow.decode(item);
  const proved = {
    tools: capability_tools,
    vision: capability_vision,
    streaming: capability_streaming,
  };
  const runtimeTests = evidenceRow.decode(item);
  const runtime_evidence = evidenceSlots.flatMap(({ attribute, ...slot }) => {
    const lastTest = runtimeTests[attribute];
    return lastTest ? [{ ...slot, ...lastTest }] : [];
  });
  const isProbed = Object.values(proved).some((proof) => proof !== null);
  return {
    last_test: outcome === null ? null : { ...test, outcome },
    runtime_evidence,
    last_proof,
    capabilities_proved: isProbed ? proved : null,
  };
}

/** What is recorded of a model's prices: its changes, the prices last seen, and its time as a row. */
export type PriceNotes = {
  /** In the order of the times from which they hold. A price that a record does not name went on. */
  records: PriceRecord[];
  /** Prices that were seen before anything was recorded or observed; null until then. */
  seen: SeenPrices | null;
  /** When the row was first seen, if it does not say itself when it was created. ISO 8601 UTC. */
  appeared_at: string | null;
  /** When the row was deleted here, ISO 8601 UTC. */
  deleted_at: string | null;
};
export type SeenPrices = { seen_at: string; prices: Record<string, number | null> };

const seenKey = "seen-prices";
const appearedKey = "appeared";
const deletedKey = "deleted";

export async function readPriceNotes(pk: string): Promise<PriceNotes> {
  const items = await listNotedRows(pricesOf(pk));
  const find = (key: string) => items.find(({ sk }) => sk?.S === key);
  const seen = find(seenKey);
  return {
    records: items.filter(({ sk }) => sk?.S?.startsWith(pricePrefix)).map(toPriceRecord),
    seen: seen ? { seen_at: seen.at?.S ?? "", prices: numbersOf(seen.prices?.M ?? {}) } : null,
    appeared_at: find(appearedKey)?.at?.S ?? null,
    deleted_at: find(deletedKey)?.at?.S ?? null,
  };
}

function toPriceRecord({
  in_force_from,
  recorded_at,
  origin,
  undoes,
  ...item
}: RawItem): PriceRecord {
  const priceOrigin = priceOrigins.find((name) => name === origin?.S);
  return {
    in_force_from: in_force_from?.S ?? "",
    prices: numbersOf(item),
    ...(recorded_at?.S && { recorded_at: recorded_at.S }),
    ...(priceOrigin && { origin: priceOrigin }),
    ...(undoes?.S && { undoes: undoes.S }),
  };
}

function numbersOf(item: RawItem): Record<string, number | null> {
  const numbers = Object.entries(item).flatMap(([name, { N, NULL }]) =>
    N !== undefined || NULL ? [[name, N === undefined ? null : Number(N)] as const] : [],
  );
  return Object.fromEntries(numbers);
}

function numberAttributes(prices: Record<string, number | null>): RawItem {
  const values = Object.entries(prices).map(([name, price]) => [
    name,
    price === null ? { NULL: true as const } : numberAttribute(price),
  ]);
  return Object.fromEntries(values);
}

type Recording = Pick<PriceRecord, "recorded_at" | "origin" | "undoes">;

/** Prices in force from `at` on (USD per 1M tokens; null = not priced); unnamed ones go on as before. */
export function recordPrices(
  pk: string,
  at: string,
  prices: Record<string, number | null>,
  { recorded_at, origin, undoes }: Recording = {},
): WriteItem {
  const item = {
    ...numberAttributes(prices),
    ...managementKey(pricesOf(pk), `${pricePrefix}${at}#${randomUUID()}`),
    in_force_from: stringAttribute(at),
    ...(recorded_at && { recorded_at: stringAttribute(recorded_at) }),
    ...(origin && { origin: stringAttribute(origin) }),
    ...(undoes && { undoes: stringAttribute(undoes) }),
  };
  return putItem(table(), item, {}, () => pricesBusy(pk));
}

/** Saves the prices that are seen, unless another copy did so since `before` was read. */
export function saveSeenPrices(
  pk: string,
  prices: Record<string, number | null>,
  at: string,
  before: SeenPrices | null,
): WriteItem {
  const item = {
    ...managementKey(pricesOf(pk), seenKey),
    at: stringAttribute(at),
    prices: { M: numberAttributes(prices) },
  };
  const unchanged = before
    ? {
        ConditionExpression: "#at = :before",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":before": stringAttribute(before.seen_at) },
      }
    : { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), item, unchanged, () => pricesBusy(pk));
}

/** Saves when a row was first seen, once. */
export function saveAppearance(pk: string, at: string): WriteItem {
  const item = { ...managementKey(pricesOf(pk), appearedKey), at: stringAttribute(at) };
  const once = { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), item, once, () => pricesBusy(pk));
}

/** Records when a row was deleted: until then its prices apply to usage under its name. */
export function recordDeletion(pk: string, at: string): WriteItem {
  const item = { ...managementKey(pricesOf(pk), deletedKey), at: stringAttribute(at) };
  return putItem(table(), item, {}, () => pricesBusy(pk));
}

const pricesBusy = (pk: string) => new AppError("conflict", `Prices of "${pk}" are busy.`);
