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
import { completionCodes } from "@/lib/providers/rules/codes";
import { isProof, type ModelProof, type Observation } from "./rules/evidence";
import type { LastTest, ModelNotes } from "./schema";

const lastTests = "last-tests";
const notesKey = (pk: string) => managementKey(lastTests, pk);
const pricesOf = (pk: string) => `model#${pk}`;
const pricePrefix = "price#";

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
  await saveNotes(pk, { ...test, ...(isProof(outcome) && { last_proof }) });
}

/** Saves how a probe ended, if that proves whether the model can be called. */
export async function saveProbeOutcome(
  pk: string,
  { at, outcome, by }: Observation,
): Promise<void> {
  if (!isProof(outcome)) return;
  await saveNotes(pk, { last_proof: { at, outcome, by, source: "probe" } satisfies ModelProof });
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
  const isProbed = Object.values(proved).some((one) => one !== null);
  return {
    last_test: outcome === null ? null : { ...test, outcome },
    last_proof,
    capabilities_proved: isProbed ? proved : null,
  };
}

/** Every recorded change of this model's prices, oldest first; a price that it does not name went on. */
export async function listPriceRecords(
  pk: string,
): Promise<{ in_force_from: string; prices: Record<string, number | null> }[]> {
  const items = await listNotedRows(pricesOf(pk), { skPrefix: pricePrefix });
  return items.map(({ in_force_from, ...item }) => {
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
    price === null ? { NULL: true as const } : numberAttribute(price),
  ]);
  const item = {
    ...Object.fromEntries(values),
    ...managementKey(pricesOf(pk), `${pricePrefix}${at}#${randomUUID()}`),
    in_force_from: stringAttribute(at),
  };
  return putItem(table(), item, {}, () => new AppError("conflict", `Prices of "${pk}" are busy.`));
}
