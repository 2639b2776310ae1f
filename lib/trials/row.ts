import "server-only";
import * as z from "zod";
import type { AgentKey } from "@/lib/agents/schema";
import { numberAttribute, type RawItem } from "@/lib/aws/attributes";
import { itemBytes, maxItemBytes } from "@/lib/aws/item-size";
import { managementKey } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import type { ToolCall } from "@/lib/completions/schema";
import type { CallPriceNotes } from "@/lib/costs/schema";
import type { CaseSummary, TrialCase } from "./rules/case-schema";
import type { StoredCell, StoredTarget } from "./rules/stored-cell";
import {
  cellOutcomes,
  type TargetSummary,
  type TrialCaseDetails,
  type TrialStatus,
  type TrialSummary,
  trialStatuses,
  verdicts,
} from "./schema";

/** A trial without its cells. */
export type TrialHead = AgentKey &
  Pick<
    TrialSummary,
    | "id"
    | "batch"
    | "missing"
    | "created_at"
    | "created_by"
    | "finished_at"
    | "limit_usd"
    | "cases"
    | "source"
    | "assumed_because"
    | "texts_until"
    | "texts_deleted_at"
    | "judge"
  > & {
    status: TrialStatus;
    /** The person who started or resumed it; calls are made in that person's name. */
    subject: string;
    targets: StoredTarget[];
    /** The figures of an ended trial. */
    summary: { targets: TargetSummary[]; spent_usd: number; done: number; runs: number } | null;
  };

export const trialsPk = ({ agent_name, version }: AgentKey) => `trials#${agent_name}/${version}`;
export const headKey = (key: AgentKey, id: string) => managementKey(trialsPk(key), id);
export const partsPk = (id: string) => `trial#${id}`;
export const textsPk = (id: string) => `trial-texts#${id}`;
const digits = (index: number) => String(index).padStart(4, "0");
export const caseSk = (index: number) => `case#${digits(index)}`;
/** The sort key of a cell, and of its texts. */
export const cellName = ({ case: index, target }: Pick<StoredCell, "case" | "target">) =>
  `cell#${digits(index)}#${target}`;

const headRow = rowCodec({
  agent_name: field.text,
  version: field.text,
  id: field.text,
  batch: field.optionalText,
  status: z.enum(trialStatuses).catch("stopped"),
  missing: field.optionalText,
  created_at: field.text,
  created_by: field.text,
  subject: field.text,
  finished_at: field.optionalText,
  limit_usd: field.number,
  cases: field.number,
  source: field.trusted<TrialSummary["source"]>(),
  assumed_because: field.optionalText,
  texts_until: field.text,
  texts_deleted_at: field.optionalText,
  /** JSON, like the next two fields. */
  targets: field.text,
  judge: field.optionalText,
  summary: field.optionalText,
});

/** The attributes of a head, except its lease. */
export function toHeadItem(head: TrialHead): RawItem {
  const { targets, judge, summary } = head;
  return {
    ...headKey(head, head.id),
    ...headRow.encode({
      ...head,
      targets: JSON.stringify(targets),
      judge: judge && JSON.stringify(judge),
      summary: summary && JSON.stringify(summary),
    }),
  };
}

// Only toHeadItem writes these rows.
const parse = <T>(text: string | null, empty: T): T => (text ? (JSON.parse(text) as T) : empty);

export function fromHeadItem(item: RawItem): TrialHead {
  const { targets, judge, summary, ...head } = headRow.decode(item);
  return {
    ...head,
    targets: parse<StoredTarget[]>(targets, []),
    judge: parse<TrialHead["judge"]>(judge, null),
    summary: parse<TrialHead["summary"]>(summary, null),
  };
}

/** A case without its texts. */
export type StoredCase = Omit<CaseSummary, "title">;

const caseRow = rowCodec({
  index: field.number,
  kind: field.trusted<CaseSummary["kind"]>(),
  run_id: field.optionalText,
  recorded_tools: field.optionalText,
  has_expectation: field.flag,
});

export const toCaseItem = (id: string, { recorded_tools, ...stored }: StoredCase): RawItem => ({
  ...managementKey(partsPk(id), caseSk(stored.index)),
  ...caseRow.encode({
    ...stored,
    recorded_tools: recorded_tools && JSON.stringify(recorded_tools),
  }),
});

export function fromCaseItem(item: RawItem): StoredCase {
  const { recorded_tools, ...stored } = caseRow.decode(item);
  return { ...stored, recorded_tools: parse<string[] | null>(recorded_tools, null) };
}

const cellRow = rowCodec({
  case: field.number,
  target: field.number,
  outcome: z.enum(cellOutcomes).catch("pending"),
  stop_reason: field.optionalText,
  tools: field.optionalText,
  arguments_valid: field.optionalFlag,
  expectations_met: field.optionalFlag,
  latency_ms: field.optionalNumber,
  timed_out: field.flag,
  input_tokens: field.optionalNumber,
  output_tokens: field.optionalNumber,
  cost_usd: field.optionalNumber,
  prices: field.optionalText,
  failed_with: field.optionalText,
  explained: field.optionalText,
  verdict: z.enum(verdicts).nullable().catch(null),
  judge_cost_usd: field.optionalNumber,
  simulated: field.flag,
  sent_usd: field.optionalNumber,
  sender: field.optionalText,
  lost_usd: field.number,
});

export const toCellItem = (id: string, cell: StoredCell): RawItem => ({
  ...managementKey(partsPk(id), cellName(cell)),
  ...cellRow.encode({
    ...cell,
    tools: JSON.stringify(cell.tools),
    prices: JSON.stringify(cell.prices),
    failed_with: cell.failed_with && JSON.stringify(cell.failed_with),
    explained: cell.explained && JSON.stringify(cell.explained),
  }),
});

export function fromCellItem(item: RawItem): StoredCell {
  const { tools, prices, failed_with, explained, ...cell } = cellRow.decode(item);
  return {
    ...cell,
    prices: parse<CallPriceNotes>(prices, {}),
    tools: parse<string[]>(tools, []),
    failed_with: parse<StoredCell["failed_with"]>(failed_with, null),
    explained: parse<StoredCell["explained"]>(explained, null),
  };
}

/** What people or models wrote in one case. */
export type CaseTexts = TrialCase & { title: string; recorded: TrialCaseDetails["recorded"] };

/** What a model wrote in one cell, and the provider's words about a failure. */
export type CellTexts = {
  text: string;
  tool_calls: ToolCall[];
  arguments_errors: string[];
  cause: string | null;
};

const textRow = rowCodec({ body: field.text, delete_after: field.number });

/** DynamoDB deletes it after the head's `texts_until`. */
export const toTextItem = (
  { id, texts_until }: Pick<TrialHead, "id" | "texts_until">,
  sk: string,
  texts: CaseTexts | CellTexts,
): RawItem => ({
  ...managementKey(textsPk(id), sk),
  ...textRow.encode({ body: JSON.stringify(texts) }),
  delete_after: numberAttribute(Math.floor(Date.parse(texts_until) / 1000)),
});

/** Null once it has expired: DynamoDB deletes rows up to two days late. */
export function fromTextItem<Texts>(item: RawItem): Texts | null {
  const { body, delete_after } = textRow.decode(item);
  return delete_after * 1000 < Date.now() ? null : parse<Texts | null>(body, null);
}

/** What a row of texts takes beside them, and what redaction may add. */
const reservedBytes = 20_000;

/** Whether DynamoDB takes the texts as one row. */
export function fitsRow(texts: Omit<CaseTexts, "title">): boolean {
  const head = { id: "", texts_until: new Date(0).toISOString() };
  const item = toTextItem(head, caseSk(0), { ...texts, title: "" });
  return itemBytes(item) + reservedBytes <= maxItemBytes;
}
