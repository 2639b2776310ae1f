import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { changeEvent } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { requireAgentRow } from "@/lib/agents/service";
import type { Actor } from "@/lib/auth/actor";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { transact } from "@/lib/aws/transact";
import { saveEvidence } from "@/lib/completions/agent-call-service";
import { AppError } from "@/lib/errors";
import { formatMoney, pluralize } from "@/lib/format";
import { errorName, log } from "@/lib/log";
import type { ProviderId } from "@/lib/providers/schema";
import { Budget } from "./budget-service";
import { callCost } from "./call-cost-service";
import { callCase } from "./call-service";
import { judgePair, pairCost } from "./judge-service";
import { inLane, pauseProvider } from "./lanes-service";
import { readTemplates } from "./plan-service";
import { figuresOf } from "./reading-service";
import {
  cellName,
  endTrial,
  findHead,
  holdTrial,
  leaseMs,
  listOpen,
  listParts,
  listTexts,
  recordCell,
  recordSending,
  saveFigures,
  TrialLost,
} from "./repository";
import type { CaseTexts, CellTexts, StoredCase, TrialHead } from "./row";
import type { StoredCell } from "./rules/stored-cell";
import { spentUsd } from "./rules/summary";
import type { TrialStatus } from "./schema";
import type { Template } from "./template-service";

type Running = {
  head: TrialHead;
  owner: string;
  actor: Actor;
  templates: Template[];
  cases: StoredCase[];
  /** By the name of a cell. */
  cells: Map<string, StoredCell>;
  texts: { cases: Map<number, CaseTexts>; cells: Map<string, CellTexts> };
  budget: Budget;
  /** What the cheapest call that didn't fit may cost. */
  missedUsd: number | null;
  /** Aborted once another copy has it, or it was stopped. */
  lost: AbortController;
};

/** Trials that this copy of the console runs; aborted to stop one. */
const running = new Map<string, AbortController>();
/** Those that were resumed before their last calls ended. */
const resumed = new Set<string>();

/** Carries a trial out in the background, unless another copy does. */
export function runInBackground(key: AgentKey, id: string): void {
  if (running.has(id)) {
    resumed.add(id);
    return;
  }
  const lost = new AbortController();
  running.set(id, lost);
  void run(key, id, lost)
    .catch((error: unknown) => {
      // The lease runs out, and the next sweep goes on with what isn't recorded yet.
      log("error", "A trial broke off", { trial: id, name: errorName(error) });
    })
    .finally(() => {
      running.delete(id);
      if (resumed.delete(id)) runInBackground(key, id);
    });
}

/** Ends the waiting of a trial that was stopped; its calls in progress are recorded. */
export function stopInBackground(id: string): void {
  running.get(id)?.abort();
}

const sweepMs = 30_000;

/** Takes over trials that another copy left, now and from then on. */
export function resumeTrials(): void {
  const sweep = () =>
    listOpen()
      .then((open) => {
        for (const { key, id } of open) runInBackground(key, id);
        return open.length;
      })
      .catch((error: unknown) => {
        log("error", "Trials could not be resumed", { name: errorName(error) });
        return 0;
      });
  setInterval(sweep, sweepMs).unref();
  // A copy that ended just now still has its lease.
  void sweep().then((open) => open > 0 && setTimeout(sweep, leaseMs + 500).unref());
}

async function run(key: AgentKey, id: string, lost: AbortController): Promise<void> {
  const head = await findHead(key, id);
  const owner = randomUUID();
  if (head?.status !== "running" || !(await holdTrial(head, owner))) return;
  const renewal = setInterval(() => {
    if (lost.signal.aborted) return;
    holdTrial(head, owner)
      .then((isHeld) => isHeld || lost.abort())
      .catch(() => {});
  }, leaseMs / 3);
  try {
    await carryOut(head, owner, lost);
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof TrialLost) throw error;
    await end(head, "stopped", error.message);
  } finally {
    clearInterval(renewal);
  }
}

async function carryOut(head: TrialHead, owner: string, lost: AbortController): Promise<void> {
  const [row, { cases, cells }, texts] = await Promise.all([
    requireAgentRow(head),
    listParts(head.id),
    listTexts(head.id),
  ]);
  const others = head.targets.filter(({ is_present }) => !is_present);
  const templates = await readTemplates(row, others);
  const isSame = head.targets.every(({ digest }, index) => templates[index]?.digest === digest);
  if (!isSame || templates.length !== head.targets.length) {
    return end(head, "stopped", "The agent was changed meanwhile. Start a new trial.");
  }
  if (texts.cases.size < cases.length) {
    return end(head, "stopped", "The texts of its cases are gone. Start a new trial.");
  }
  // Of a call that was sent and never recorded, nobody knows what it cost.
  const prepared = cells.map((cell) => ({
    ...cell,
    lost_usd: cell.lost_usd + (cell.sent_usd ?? 0),
    sent_usd: null,
  }));
  const actor: Actor = {
    name: head.created_by,
    subject: head.subject,
    role: "admin",
    requestId: head.id,
  };
  const state: Running = {
    head,
    owner,
    actor,
    templates,
    cases,
    cells: new Map(prepared.map((cell) => [cellName(cell), cell])),
    texts,
    budget: new Budget(head.limit_usd, spentUsd(prepared)),
    missedUsd: null,
    lost,
  };
  await callModels(state);
  if (!lost.signal.aborted && head.judge) await judgeAnswers(state);
  if (lost.signal.aborted) return saveFigures(head, figures(state));
  const left = [...state.cells.values()].filter(({ outcome }) => outcome === "pending").length;
  const isComplete = left === 0 && state.missedUsd === null;
  await end(head, isComplete ? "done" : "limit", isComplete ? null : missing(state, left), state);
}

const figures = ({ head, cases, cells }: Running) => figuresOf(head, cases, [...cells.values()]);

function missing({ head, budget, missedUsd, templates, cells }: Running, left: number): string {
  const total = head.cases * head.targets.length;
  const room = `${formatMoney(Math.max(0, budget.left))} of ${formatMoney(head.limit_usd)} is left, and the next call may cost ${formatMoney(missedUsd ?? 0)}`;
  if (left === 0) return `Not all answers were judged: ${room}.`;
  const parts = templates.flatMap(({ provider, model_id }, target) => {
    const own = [...cells.values()].filter((cell) => cell.target === target);
    const pending = own.filter(({ outcome }) => outcome === "pending").length;
    return pending > 0 ? [`${pending} of ${own.length} on ${provider}#${model_id}`] : [];
  });
  return `${left} of ${pluralize(total, "call")} weren't made (${parts.join(", ")}): ${room}. Resume it with a higher limit.`;
}

/** Ends the trial and records that, once. */
export async function end(
  head: TrialHead,
  status: Exclude<TrialStatus, "running">,
  missing: string | null,
  state?: Running,
  by?: Actor,
): Promise<void> {
  const { cases, cells } = state
    ? { cases: state.cases, cells: [...state.cells.values()] }
    : await listParts(head.id);
  const summary = figuresOf(head, cases, cells);
  const actor = by ?? {
    name: head.created_by,
    subject: head.subject,
    role: "admin",
    requestId: head.id,
  };
  const after = {
    trial: stringAttribute(head.id),
    status: stringAttribute(status),
    calls: numberAttribute(summary.done),
    cost_usd: numberAttribute(summary.spent_usd),
  };
  const entity = { kind: "agent", id: agentEntityId(head) } as const;
  const event = await changeEvent(actor, { action: "trial.finish", entity, before: null, after });
  await transact([...endTrial(head, { status, missing, summary }), event]).catch(
    (error: unknown) => {
      // Somebody else ended it first.
      if (!(error instanceof TrialLost)) throw error;
    },
  );
}

/** Calls the model of each cell once, case by case, until the limit is reached. */
async function callModels(state: Running): Promise<void> {
  const byProvider = new Map<ProviderId | null, StoredCell[]>();
  for (const cell of state.cells.values()) {
    if (cell.outcome !== "pending") continue;
    const provider = state.templates[cell.target]?.line?.provider ?? null;
    byProvider.set(provider, [...(byProvider.get(provider) ?? []), cell]);
  }
  await Promise.all(
    [...byProvider].map(async ([provider, cells]) => {
      const lane = async () => {
        const { signal } = state.lost;
        for (let next = cells.shift(); next && !signal.aborted; next = cells.shift()) {
          const cell = next;
          await inLane(provider, signal, () => callCell(state, cell));
        }
      };
      await Promise.all(Array.from({ length: 4 }, lane));
    }),
  );
}

/** Waits for what is in progress if the limit leaves no room yet. */
async function reserve(state: Running, max: number): Promise<boolean> {
  while (!state.budget.reserve(max)) {
    if (state.budget.isIdle) {
      state.missedUsd = Math.min(state.missedUsd ?? max, max);
      return false;
    }
    await state.budget.settled();
  }
  return true;
}

/** How often a call is made again because the provider asked to wait, and for how long if it says nothing. */
const maxWaits = 8;
const defaultWaitSeconds = 5;
/** A longer wait isn't waited out: the case counts as failed. */
const maxWaitSeconds = 300;

async function callCell(state: Running, cell: StoredCell): Promise<void> {
  const { head, owner, templates, texts, budget, lost } = state;
  const template = templates[cell.target];
  const own = texts.cases.get(cell.case);
  if (!template || !own || lost.signal.aborted) return;
  const max = callCost(template, own.messages, null).max ?? 0;
  if (!(await reserve(state, max))) return;
  let spent = 0;
  try {
    for (let waits = 0; ; waits += 1) {
      await recordSending(head, owner, { ...cell, sent_usd: max });
      const longestWait = waits === maxWaits ? 0 : maxWaitSeconds;
      const result = await callCase(template, own, cell, longestWait);
      if ("retry_after" in result) {
        const seconds = result.retry_after ?? defaultWaitSeconds * (waits + 1);
        pauseProvider(template.line?.provider ?? null, seconds);
        // A refusal costs nothing.
        await recordCell(head, cell, null);
        await waitUnless(lost.signal, seconds);
        continue;
      }
      // A call that timed out may be billed all the same.
      const lost_usd = cell.lost_usd + (result.cell.timed_out ? max : 0);
      const settled = { ...result.cell, lost_usd, sent_usd: null };
      spent = (settled.cost_usd ?? 0) + (lost_usd - cell.lost_usd);
      await recordCell(head, settled, result.texts);
      state.cells.set(cellName(settled), settled);
      state.texts.cells.set(cellName(settled), result.texts);
      if (result.turn && template.broken === null) {
        const { agent, line } = template;
        await saveEvidence(state.actor, agent, line, result.turn, own.messages.length > 1).catch(
          () => {},
        );
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof TrialLost)) throw error;
    lost.abort();
  } finally {
    budget.settle(max, spent);
  }
}

/** Waits that long, or until `signal` aborts. */
const waitUnless = (signal: AbortSignal, seconds: number) =>
  delay(seconds * 1000, undefined, { signal }).catch(() => {});

/** Compares each answer with the present model's, one pair after the other. */
async function judgeAnswers(state: Running): Promise<void> {
  const { head, owner, texts, cells, budget, lost } = state;
  const { judge } = head;
  if (!judge) return;
  for (const cell of [...cells.values()]) {
    const present = cells.get(cellName({ case: cell.case, target: 0 }));
    const isPair = cell.target > 0 && cell.outcome === "answered" && cell.verdict === null;
    const own = texts.cases.get(cell.case);
    const answers = [
      texts.cells.get(cellName({ case: cell.case, target: 0 })),
      texts.cells.get(cellName(cell)),
    ];
    const [first, second] = answers;
    if (!isPair || present?.outcome !== "answered" || !own || !first || !second) continue;
    const pair = { texts: own, present: first, other: second };
    const max = (await pairCost(judge, pair)) ?? 0;
    if (!(await reserve(state, max))) return;
    let spent = 0;
    try {
      await recordSending(head, owner, { ...cell, sent_usd: max });
      const judged = { ...cell, ...(await judgePair(state.actor, judge, pair)), sent_usd: null };
      spent = judged.judge_cost_usd ?? 0;
      await recordCell(head, judged, null);
      cells.set(cellName(judged), judged);
    } catch (error) {
      if (!(error instanceof TrialLost)) throw error;
      lost.abort();
      return;
    } finally {
      budget.settle(max, spent);
    }
  }
}
