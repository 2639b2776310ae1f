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
import { recordCell, recordSending } from "./cells-repository";
import { isUnjudged, judgeAnswers } from "./judging-service";
import { inLane, pauseProvider } from "./lanes-service";
import { holdTrial, keepLease, leaseMs, releaseTrial, TrialLost } from "./lease-repository";
import { hasNoPrice, isPriced, nameOf, readTemplatesAgain } from "./plan-service";
import { figuresOf } from "./reading-service";
import { endTrial, findHead, listOpen, listParts, listTexts, saveFigures } from "./repository";
import { cellName, type TrialHead } from "./row";
import { maxWaitSeconds } from "./rules/limits";
import type { StoredCell } from "./rules/stored-cell";
import { spentUsd } from "./rules/summary";
import {
  defaultWaitSeconds,
  isWorthCalling,
  maxWaits,
  type Running,
  reserve,
} from "./running-service";
import type { TrialStatus } from "./schema";

/** Trials that this copy of the console runs. Aborting one stops it. */
const running = new Map<string, AbortController>();
/** Trials that were resumed here before their last calls ended. */
const resumed = new Set<string>();

/** Carries out a trial in the background, unless another copy does. */
export function runInBackground(key: AgentKey, id: string): void {
  if (running.has(id)) {
    resumed.add(id);
    return;
  }
  const lost = new AbortController();
  running.set(id, lost);
  void run(key, id, lost)
    // Another copy may have resumed the trial while its last calls were recorded here.
    .then(() => lost.signal.aborted)
    .catch((error: unknown) => {
      // The next sweep continues with the cells that aren't recorded yet.
      log("error", "A trial broke off", { trial: id, name: errorName(error) });
      return false;
    })
    .then((isLost) => {
      running.delete(id);
      if (resumed.delete(id) || isLost) runInBackground(key, id);
    });
}

/** Ends the waiting of a stopped trial. Its calls in progress are still recorded. */
export function stopInBackground(id: string): void {
  running.get(id)?.abort();
}

const sweepMs = 30_000;

/** Takes over trials that another copy abandoned, now and regularly. */
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
  // A copy that has just ended still holds its lease.
  void sweep().then((open) => open > 0 && setTimeout(sweep, leaseMs + 500).unref());
}

async function run(key: AgentKey, id: string, lost: AbortController): Promise<void> {
  const head = await findHead(key, id);
  const owner = randomUUID();
  if (head?.status !== "running" || !(await holdTrial(head, owner))) return;
  const renewal = setInterval(() => {
    holdTrial(head, owner)
      .then((isHeld) => {
        if (isHeld) return;
        lost.abort();
        return keepLease(head, owner);
      })
      .catch(() => {});
  }, leaseMs / 3);
  try {
    await carryOut(head, owner, lost);
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof TrialLost) throw error;
    await end(head, "stopped", error.message);
  } finally {
    clearInterval(renewal);
    await releaseTrial(head, owner);
  }
}

async function carryOut(head: TrialHead, owner: string, lost: AbortController): Promise<void> {
  const [row, { cases, cells }, texts] = await Promise.all([
    requireAgentRow(head),
    listParts(head.id),
    listTexts(head),
  ]);
  const templates = await readTemplatesAgain(row, head.targets);
  if (!templates) {
    return end(head, "stopped", "The agent was changed meanwhile. Start a new trial.");
  }
  const unpriced = templates.find(
    (template, index) => template && !isPriced(template) && head.targets[index]?.is_priced,
  );
  if (unpriced) {
    const missing = `${hasNoPrice(unpriced)} Set its price and resume the trial.`;
    return end(head, "stopped", missing);
  }
  if (texts.cases.size < cases.length) {
    return end(head, "stopped", "The texts of its cases are gone. Start a new trial.");
  }
  // The cost of a call that was sent but never recorded is unknown.
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
    deleted: new Set(templates.flatMap((template, index) => (template ? [] : [index]))),
    cases,
    cells: new Map(prepared.map((cell) => [cellName(cell), cell])),
    texts,
    budget: new Budget(head.limit_usd, spentUsd(prepared)),
    missedUsd: null,
    judgeFailure: null,
    lost,
  };
  await callModels(state);
  if (!lost.signal.aborted && head.judge) await judgeAnswers(state);
  if (lost.signal.aborted) return saveFigures(head, owner, figures(state));
  const left = [...state.cells.values()].filter(({ outcome }) => outcome === "pending").length;
  const isOverLimit = state.missedUsd !== null;
  const notMade = isOverLimit ? missing(state, left) : missingOfDeleted(state);
  if (state.judgeFailure !== null) {
    const notJudged = `Not all answers were judged: ${state.judgeFailure}`;
    return end(head, "stopped", notMade && left > 0 ? `${notMade} ${notJudged}` : notJudged, state);
  }
  const status = isOverLimit ? "limit" : notMade ? "stopped" : "done";
  await end(head, status, notMade, state);
}

const figures = ({ head, cases, cells }: Running) => figuresOf(head, cases, [...cells.values()]);

/** Null if nothing is missing. */
function missingOfDeleted(state: Running): string | null {
  const sentences = [...state.deleted].flatMap((target) => {
    const named = state.head.targets[target];
    const own = [...state.cells.values()].filter((cell) => cell.target === target);
    const pending = own.filter(({ outcome }) => outcome === "pending").length;
    const unjudged = own.filter((cell) => isUnjudged(state, cell)).length;
    if (!named || (pending === 0 && unjudged === 0)) return [];
    const what =
      pending > 0
        ? `${pending} of ${own.length} calls of ${nameOf(named)} weren't made`
        : `${unjudged} of ${own.length} answers of ${nameOf(named)} weren't judged`;
    return [
      `${what}: the model was deleted. Add it again and resume the trial, or start a new one.`,
    ];
  });
  return sentences.length > 0 ? sentences.join(" ") : null;
}

function missing({ head, budget, missedUsd, cells }: Running, left: number): string {
  const total = head.cases * head.targets.length;
  const room = `${formatMoney(Math.max(0, budget.left))} of ${formatMoney(head.limit_usd)} is left, and the next call may cost ${formatMoney(missedUsd ?? 0)}`;
  if (left === 0) return `Not all answers were judged: ${room}. Resume it with a higher limit.`;
  const parts = head.targets.flatMap((named, target) => {
    const own = [...cells.values()].filter((cell) => cell.target === target);
    const pending = own.filter(({ outcome }) => outcome === "pending").length;
    return pending > 0 ? [`${pending} of ${own.length} on ${nameOf(named)}`] : [];
  });
  return `${left} of ${pluralize(total, "call")} weren't made (${parts.join(", ")}): ${room}. Resume it with a higher limit.`;
}

/** Ends the trial and records that, only once. */
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
    async (error: unknown) => {
      if (!(error instanceof TrialLost)) throw error;
      // The trial was already ended elsewhere, before its last calls were recorded.
      if (state) await saveFigures(head, state.owner, summary);
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
  const { signal } = state.lost;
  const lane = async (provider: ProviderId | null, cells: StoredCell[]) => {
    try {
      for (let next = cells.shift(); next && !signal.aborted; next = cells.shift()) {
        const cell = next;
        await inLane(provider, signal, () => callCell(state, cell));
      }
    } catch (error) {
      state.lost.abort();
      throw error;
    }
  };
  const lanes = [...byProvider].flatMap(([provider, cells]) =>
    Array.from({ length: 4 }, () => lane(provider, cells)),
  );
  // Calls in progress are recorded before another call's failure ends the trial.
  const results = await Promise.allSettled(lanes);
  const failure = results.find(({ status }) => status === "rejected");
  if (failure?.status === "rejected") throw failure.reason;
}

async function callCell(state: Running, pending: StoredCell): Promise<void> {
  const { head, owner, templates, texts, budget, lost } = state;
  const template = templates[pending.target];
  const own = texts.cases.get(pending.case);
  if (!template || !own || lost.signal.aborted || !(await isWorthCalling(state, pending))) return;
  const max = callCost(template, own.messages, null).max ?? 0;
  if (!(await reserve(state, max))) return;
  let spent = 0;
  let cell = pending;
  try {
    for (let waits = 0; ; waits += 1) {
      await recordSending(head, owner, cell, max);
      const longestWait = waits === maxWaits ? 0 : maxWaitSeconds;
      const result = await callCase(template, own, cell, longestWait);
      if ("retry_after" in result) {
        const seconds = result.retry_after ?? defaultWaitSeconds * (waits + 1);
        pauseProvider(template.line?.provider ?? null, seconds);
        // A refusal costs nothing.
        cell = await recordCell(head, owner, cell, null);
        await waitUnless(lost.signal, seconds);
        continue;
      }
      // Its cost is unknown if it timed out or no tokens were reported, but it may still be billed.
      const unknown_usd = result.cell.cost_usd === null ? max : 0;
      spent = result.cell.cost_usd ?? max;
      const lost_usd = cell.lost_usd + unknown_usd;
      const settled = await recordCell(head, owner, { ...result.cell, lost_usd }, result.texts);
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
