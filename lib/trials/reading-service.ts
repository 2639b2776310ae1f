import "server-only";
import type { AgentKey } from "@/lib/agents/schema";
import { requireAgentRow } from "@/lib/agents/service";
import { hasRole, type Role } from "@/lib/auth/actor";
import { mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { getHead, listHeads, listParts, listTexts } from "./repository";
import { type CaseTexts, type CellTexts, cellName, type StoredCase, type TrialHead } from "./row";
import type { StoredCell } from "./rules/stored-cell";
import { isSameAsRun, isSameTool, offerOf, spentUsd, summarizeTargets } from "./rules/summary";
import type { Trial, TrialCaseDetails, TrialCell, TrialList, TrialSummary } from "./schema";

const readConcurrency = 10;
/** The most trials in a list. Older ones can be found by their ID. */
const maxListed = 50;

/** Figures only, newest first. @throws AppError `not_found` */
export async function listTrials(key: AgentKey): Promise<TrialList> {
  await requireAgentRow(key);
  const heads = (await listHeads(key)).slice(0, maxListed);
  return { trials: await mapConcurrently(heads, readConcurrency, readSummary) };
}

/** The stored figures of a trial that ended; otherwise those of its cells. */
export async function readSummary(head: TrialHead): Promise<TrialSummary> {
  if (head.summary) return toSummary(head, head.summary);
  const { cases, cells } = await listParts(head.id);
  return toSummary(head, figuresOf(head, cases, cells));
}

type Figures = NonNullable<TrialHead["summary"]>;

/** The figures of the present cells. */
export function figuresOf(
  { targets }: TrialHead,
  cases: readonly StoredCase[],
  cells: readonly StoredCell[],
): Figures {
  return {
    targets: summarizeTargets(targets, cells, cases),
    spent_usd: spentUsd(cells),
    done: cells.filter(({ outcome }) => outcome !== "pending").length,
    runs: new Set(cases.flatMap(({ run_id }) => run_id ?? [])).size,
  };
}

function toSummary(head: TrialHead, { targets, spent_usd, done, runs }: Figures): TrialSummary {
  const { subject: _, summary: __, targets: stored, ...rest } = head;
  return {
    ...rest,
    runs,
    spent_usd,
    calls: { total: head.cases * stored.length, done },
    targets,
    offer: head.status === "running" ? null : offerOf(targets),
  };
}

/** @throws AppError `not_found` */
export async function getTrial(key: AgentKey, id: string, role: Role): Promise<Trial> {
  const head = await getHead(key, id);
  const isAdmin = hasRole(role, "admin");
  const [{ cases, cells }, texts] = await Promise.all([
    listParts(id),
    isAdmin ? listTexts(head) : { cases: new Map(), cells: new Map() },
  ]);
  return {
    ...toSummary(head, figuresOf(head, cases, cells)),
    judge: head.judge && { ...head.judge, prompt: isAdmin ? head.judge.prompt : null },
    case_list: cases.map((stored) => ({
      ...stored,
      title: texts.cases.get(stored.index)?.title ?? null,
    })),
    cells: toCells(head, cases, cells, isAdmin ? texts.cells : null),
  };
}

/** One case with all texts. @throws AppError `not_found` */
export async function getTrialCase(
  key: AgentKey,
  id: string,
  index: number,
): Promise<TrialCaseDetails> {
  const head = await getHead(key, id);
  const [{ cases, cells }, texts] = await Promise.all([listParts(id), listTexts(head)]);
  const stored = cases.find((entry) => entry.index === index);
  if (!stored) throw new AppError("not_found", `The trial has no case ${index}.`);
  const own: CaseTexts | undefined = texts.cases.get(index);
  return {
    ...stored,
    title: own?.title ?? null,
    messages: own?.messages ?? null,
    expect: own?.expect ?? null,
    recorded: own?.recorded ?? null,
    cells: toCells(
      head,
      cases,
      cells.filter((cell) => cell.case === index),
      texts.cells,
    ),
  };
}

/** @param texts null for viewers, who may not see any */
function toCells(
  { targets }: TrialHead,
  cases: readonly StoredCase[],
  cells: readonly StoredCell[],
  texts: Map<string, CellTexts> | null,
): TrialCell[] {
  const presentIndex = targets.findIndex(({ is_present }) => is_present);
  const byName = new Map(cells.map((cell) => [cellName(cell), cell]));
  const recorded = new Map(cases.map(({ index, recorded_tools }) => [index, recorded_tools]));
  return cells.map((cell) => {
    const { failed_with, prices, sent_usd: _, sender: __, lost_usd: ___, ...figures } = cell;
    const own = texts?.get(cellName(cell));
    const present = byName.get(cellName({ case: cell.case, target: presentIndex }));
    return {
      ...figures,
      ...prices,
      text: own?.text ?? null,
      tool_calls: own?.tool_calls ?? null,
      arguments_errors: own?.arguments_errors ?? null,
      same_tool: isSameTool(cell, present),
      same_as_run: isSameAsRun(cell, recorded.get(cell.case) ?? null),
      would_fail_with: failed_with && {
        ...failed_with,
        cause: own?.cause ?? cell.explained?.title ?? "",
      },
    };
  });
}
