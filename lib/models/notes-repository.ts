import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { RawItem } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import {
  findNotedRow,
  listNotedRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { field, rowCodec, toAttribute } from "@/lib/aws/row-codec";
import type { CapabilityName, CapabilityProof } from "@/lib/capabilities/schema";
import { completionCodes } from "@/lib/providers/rules/codes";
import { runtimeOutcomes } from "@/lib/runtime/rules/outcome";
import { type Transformer, transformers } from "@/lib/runtime/schema";
import { splitPk } from "./row";
import { isConclusive, type ModelProof, newerProof, type Observation } from "./rules/evidence";
import { candidatePks, type LastTest, type ModelNotes, type RuntimeEvidence } from "./schema";

const lastTests = "last-tests";
const notesKey = (pk: string) => managementKey(lastTests, pk);

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

/** Each format, with and without tools, and the attribute that stores its last test. */
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

/** The results of tests and probes, and the last one that proved something. */
export type StoredNotes = ModelNotes & { last_proof: ModelProof | null };

export const emptyNotes: StoredNotes = {
  last_test: null,
  runtime_evidence: [],
  last_proof: null,
  capabilities_proved: null,
};

/** The notes of all models, by pk. A proof also applies to the model's other names. */
export async function listModelNotes(): Promise<Map<string, StoredNotes>> {
  const stored = (await listNotedRows(lastTests)).map(
    (item) => [item.sk?.S ?? "", toNotes(item)] as const,
  );
  const notes = new Map(stored);
  for (const [pk, { last_proof }] of stored) {
    for (const name of otherNames(pk)) {
      notes.set(name, withProof(notes.get(name) ?? emptyNotes, last_proof));
    }
  }
  return notes;
}

/** A model's notes, as above; all null if there are none. */
export async function findModelNotes(pk: string): Promise<StoredNotes> {
  const [own = emptyNotes, ...others] = await Promise.all(
    [pk, ...otherNames(pk)].map(async (name) =>
      toNotes((await findNotedRow(notesKey(name))) ?? {}),
    ),
  );
  return others.reduce((notes, { last_proof }) => withProof(notes, last_proof), own);
}

/** The keys under which the same model may be registered with other names of its provider. */
function otherNames(pk: string): string[] {
  const key = splitPk(pk);
  return key ? candidatePks(key.provider, key.model_id).filter((other) => other !== pk) : [];
}

function withProof(notes: StoredNotes, proof: ModelProof | null): StoredNotes {
  return proof ? { ...notes, last_proof: newerProof(notes.last_proof, proof) } : notes;
}

/** Replaces the last test. */
export async function saveLastTest(pk: string, test: LastTest): Promise<void> {
  const { at, outcome, by } = test;
  const last_proof: ModelProof = { at, outcome, by, source: "test" };
  await saveNotes(pk, { ...test, ...(isConclusive(outcome) && { last_proof }) });
}

/** Replaces the last test with the runtime's request in this format, with or without tools. */
export async function saveRuntimeTest(
  pk: string,
  { transformer, with_tools, ...test }: RuntimeEvidence,
): Promise<void> {
  await saveNotes(pk, { [evidenceAttribute(transformer, with_tools)]: test });
}

/** Saves a probe's outcome if it proves whether the model can be called. */
export async function saveProbeOutcome(
  pk: string,
  { at, outcome, by }: Observation,
): Promise<void> {
  if (!isConclusive(outcome)) return;
  const last_proof: ModelProof = { at, outcome, by, source: "probe" };
  await saveNotes(pk, { last_proof });
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
