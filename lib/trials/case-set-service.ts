import "server-only";
import { randomUUID } from "node:crypto";
import { changeEvent } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { requireAgentRow } from "@/lib/agents/service";
import type { Actor } from "@/lib/auth/actor";
import { numberAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { transact } from "@/lib/aws/transact";
import { AppError, invalidField } from "@/lib/errors";
import { readRedactor } from "@/lib/keys/redaction-service";
import {
  type CaseSetRow,
  deleteCaseSetRow,
  getCaseSetRow,
  listCaseSetRows,
  putCaseSet,
  toCaseSet,
} from "./case-sets-repository";
import type { CaseSet, CaseSetDraft, CaseSetList, TrialCase } from "./rules/case-schema";
import { JsonlError, parseJsonl, toJsonl } from "./rules/jsonl";
import { maxSetBytes } from "./rules/limits";
import { withTexts } from "./rules/texts";

/** @throws AppError `not_found` */
export async function listCaseSets(key: AgentKey): Promise<CaseSetList> {
  await requireAgentRow(key);
  return { case_sets: (await listCaseSetRows(key)).map(({ record }) => record) };
}

/** @throws AppError `not_found` */
export async function getCaseSet(key: AgentKey, id: string): Promise<CaseSet> {
  return toCaseSet(await getCaseSetRow(key, id));
}

/** One case per line. @throws AppError `not_found` */
export async function exportCaseSet(key: AgentKey, id: string): Promise<string> {
  return `${(await getCaseSetRow(key, id)).jsonl}\n`;
}

/** @throws AppError `not_found`, `invalid` */
export async function createCaseSet(
  actor: Actor,
  key: AgentKey,
  draft: CaseSetDraft,
): Promise<CaseSet> {
  await requireAgentRow(key);
  return save(actor, key, randomUUID(), draft, null);
}

/**
 * Replaces a set's name and cases.
 * @param etag of the set as the caller read it; null without If-Match
 * @throws AppError `not_found`, `invalid`, `stale`, `conflict`
 */
export async function saveCaseSet(
  actor: Actor,
  key: AgentKey,
  id: string,
  draft: CaseSetDraft,
  etag: string | null,
): Promise<CaseSet> {
  const before = await getCaseSetRow(key, id);
  assertFresh(before, etag);
  return save(actor, key, id, draft, before);
}

/** @throws AppError `not_found`, `stale`, `conflict` */
export async function deleteCaseSet(
  actor: Actor,
  key: AgentKey,
  id: string,
  etag: string | null,
): Promise<void> {
  const before = await getCaseSetRow(key, id);
  assertFresh(before, etag);
  const event = { before: null, after: eventValues(before) } as const;
  await transact([
    deleteCaseSetRow(key, before),
    await changeEvent(actor, { action: "case_set.delete", entity: entityOf(key), ...event }),
  ]);
}

async function save(
  actor: Actor,
  key: AgentKey,
  id: string,
  draft: CaseSetDraft,
  before: CaseSetRow | null,
): Promise<CaseSet> {
  const redact = await readRedactor();
  const cases = casesOf(draft).map((entry) => withTexts(entry, redact));
  const jsonl = toJsonl(cases);
  assertFits(jsonl, draft.cases ? "cases" : "jsonl");
  const set = {
    name: draft.name,
    case_count: cases.length,
    updated_at: new Date().toISOString(),
    updated_by: actor.name,
    jsonl,
  };
  const change = {
    action: before ? "case_set.update" : "case_set.create",
    entity: entityOf(key),
    // Contains no values of the agent's row, so there is nothing to roll back.
    before: null,
    after: eventValues({ record: { id, ...set } }),
  } as const;
  await transact([putCaseSet(key, id, set, before), await changeEvent(actor, change)]);
  return getCaseSet(key, id);
}

function casesOf({ cases, jsonl }: CaseSetDraft): TrialCase[] {
  if (cases) return cases;
  try {
    const parsed = parseJsonl(jsonl ?? "");
    if (parsed.length > 0) return parsed;
  } catch (error) {
    if (error instanceof JsonlError) throw invalidField("jsonl", error.message);
    throw error;
  }
  throw invalidField("jsonl", "There is no case in it. Write one a line.");
}

function assertFits(jsonl: string, path: "cases" | "jsonl"): void {
  const bytes = Buffer.byteLength(jsonl);
  if (bytes <= maxSetBytes) return;
  const kilobytes = (count: number) => `${Math.ceil(count / 1000)} kB`;
  throw invalidField(
    path,
    `The cases take ${kilobytes(bytes)}, and a set holds at most ${kilobytes(maxSetBytes)}. Split them into two sets.`,
  );
}

function assertFresh(before: CaseSetRow, etag: string | null): void {
  if (etag === null || etag === before.record.etag) return;
  const message = `The case set "${before.record.name}" was changed by someone else. Nothing was saved.`;
  throw new AppError("stale", message, { current: toCaseSet(before) });
}

const entityOf = (key: AgentKey) => ({ kind: "agent", id: agentEntityId(key) }) as const;

const eventValues = ({
  record: { id, name, case_count },
}: {
  record: Pick<CaseSetRow["record"], "id" | "name" | "case_count">;
}): RawItem => ({
  case_set: stringAttribute(id),
  name: stringAttribute(name),
  cases: numberAttribute(case_count),
});
