import "server-only";
import { createHash } from "node:crypto";
import type { AgentKey } from "@/lib/agents/schema";
import { mapConcurrently } from "@/lib/batches";
import { invalidField } from "@/lib/errors";
import { pluralize } from "@/lib/format";
import { readRedactor } from "@/lib/keys/redaction-service";
import {
  type Execution,
  type RunsMachine,
  RunsRefused,
  readPage,
  readRun,
} from "@/lib/runs/reading-service";
import type { RunStatus } from "@/lib/runs/schema";
import { findMachine } from "@/lib/runs/service";
import { getCaseSet } from "./case-set-service";
import { getHead, listParts, listTexts } from "./repository";
import { type CaseTexts, fitsRow, type StoredCase } from "./row";
import type { CaseSource, TrialCase } from "./rules/case-schema";
import { titleOf, turnsOf } from "./rules/recorded-case";
import { withTexts } from "./rules/texts";
import type { TrialSummary } from "./schema";

export type FoundCase = { stored: StoredCase; texts: CaseTexts };
export type FoundCases = {
  source: TrialSummary["source"];
  cases: FoundCase[];
  /** The cases that were left out, and why. */
  notes: string[];
};

type Draft = Omit<StoredCase, "index"> & { texts: Omit<CaseTexts, "title"> };

/**
 * The cases of a request, without keys and duplicates.
 * @throws AppError `not_found`, `invalid` if there are none
 */
export async function findCases(key: AgentKey, source: CaseSource): Promise<FoundCases> {
  if ("last_runs" in source) return fromRuns(key, source);
  if ("trial" in source) return fromTrial(key, source.trial);
  if ("set" in source) {
    const { cases } = await getCaseSet(key, source.set);
    return finish(
      "set",
      cases.map((entry) => written("set", entry)),
      [],
    );
  }
  const cases = source.messages.map((messages) => written("messages", { messages }));
  return finish("messages", cases, []);
}

const written = (kind: "set" | "messages", { messages, expect }: TrialCase): Draft => ({
  kind,
  run_id: null,
  recorded_tools: null,
  has_expectation: expect !== undefined && Object.keys(expect).length > 0,
  texts: { messages, ...(expect && { expect }), recorded: null },
});

async function fromTrial(key: AgentKey, id: string): Promise<FoundCases> {
  const head = await getHead(key, id);
  const [{ cases }, texts] = await Promise.all([listParts(id), listTexts(head)]);
  const drafts = cases.flatMap(({ index, ...stored }): Draft[] => {
    const own = texts.cases.get(index);
    return own ? [{ ...stored, texts: own }] : [];
  });
  if (drafts.length === 0) {
    throw invalidField("cases", "The texts of that trial are deleted. Choose other cases.");
  }
  return finish(head.source, drafts, []);
}

const readConcurrency = 4;

type LastRuns = Extract<CaseSource, { last_runs: number }>;

async function fromRuns(key: AgentKey, { last_runs, outcome }: LastRuns): Promise<FoundCases> {
  const { machine, unavailable } = await findMachine(key);
  if (!machine || unavailable) {
    throw noRuns(unavailable?.why ?? "The agent has no state machine.");
  }
  const notes: string[] = [];
  try {
    const runs = await lastRuns(machine, last_runs, outcome);
    const turns = await mapConcurrently(runs, readConcurrency, async ({ arn, name }) => {
      const { reading } = await readRun(machine, arn);
      return turnsOf(reading.calls).map((turn) => turn && { ...turn, run_id: name });
    });
    const drafts = turns.flat().flatMap((turn): Draft[] => {
      if (!turn) return [];
      const { kind, run_id, messages, recorded } = turn;
      const recorded_tools = recorded?.tool_calls.map(({ name }) => name) ?? null;
      return [
        { kind, run_id, recorded_tools, has_expectation: false, texts: { messages, recorded } },
      ];
    });
    const without = turns.filter((own) => own.length === 0).length;
    if (without > 0) notes.push(`${pluralize(without, "run")} called no model.`);
    const unreadable = turns.flat().filter((turn) => turn === null).length;
    if (unreadable > 0) {
      notes.push(`${pluralize(unreadable, "call")} can't be sent again: the history lacks a part.`);
    }
    if (runs.length < last_runs)
      notes.push(`There are only ${pluralize(runs.length, "such run")}.`);
    return await finish("runs", drafts, notes);
  } catch (error) {
    if (error instanceof RunsRefused) throw noRuns(error.unavailable.why);
    throw error;
  }
}

const noRuns = (why: string) =>
  invalidField("cases", `No runs can be read: ${why} Write messages, or use a case set.`);

const failedStatuses: readonly RunStatus[] = ["failed", "timed_out"];

/** The newest finished runs. */
async function lastRuns(
  machine: RunsMachine,
  count: number,
  outcome: LastRuns["outcome"],
): Promise<Execution[]> {
  const isRequested = ({ status }: Execution) =>
    (outcome !== "failed" && status === "succeeded") ||
    (outcome !== "succeeded" && failedStatuses.includes(status));
  const executions: Execution[] = [];
  let cursor: string | undefined;
  do {
    const { page } = await readPage(machine, {
      ...(outcome === "succeeded" && { status: "succeeded" as const }),
      ...(cursor && { cursor }),
    });
    executions.push(...page.executions.filter(isRequested));
    cursor = page.cursor ?? undefined;
  } while (cursor && executions.length < count);
  return executions.slice(0, count);
}

async function finish(
  source: FoundCases["source"],
  drafts: Draft[],
  notes: string[],
): Promise<FoundCases> {
  const redact = await readRedactor();
  const clean = drafts.map((draft) => ({ ...draft, texts: withTexts(draft.texts, redact) }));
  const seen = new Set<string>();
  const distinct = clean.filter(({ texts: { messages, expect } }) => {
    const digest = createHash("sha256")
      .update(JSON.stringify([messages, expect]))
      .digest("hex");
    const isNew = !seen.has(digest);
    seen.add(digest);
    return isNew;
  });
  const duplicates = clean.length - distinct.length;
  if (duplicates > 0) notes.push(`Left out: ${pluralize(duplicates, "repeated case")}.`);
  const storable = distinct.filter(({ texts }) => fitsRow(texts));
  const large = distinct.length - storable.length;
  if (large > 0) {
    notes.push(`${pluralize(large, "case")} left out: longer than DynamoDB's 400 kB a row.`);
  }
  if (storable.length === 0) {
    throw invalidField("cases", ["There is no case to try.", ...notes].join(" "));
  }
  const cases = storable.map(({ texts, ...stored }, index) => ({
    stored: { ...stored, index },
    texts: { ...texts, title: titleOf(texts.messages) },
  }));
  return { source, cases, notes };
}
