import "server-only";
import { findModel } from "@/lib/models/reference-service";
import { type ProviderId, providerIdOf } from "@/lib/providers/schema";
import type { RateLimited } from "./call-service";
import { recordCell, recordSending } from "./cells-repository";
import { type InTurn, JudgeFailed, judgePair, pairCost } from "./judge-service";
import { inLane, pauseProvider } from "./lanes-service";
import { TrialLost } from "./lease-repository";
import { hasNoPrice, nameOf } from "./plan-service";
import { cellName } from "./row";
import type { StoredCell } from "./rules/stored-cell";
import {
  defaultWaitSeconds,
  isWorthCalling,
  maxWaits,
  type Running,
  reserve,
} from "./running-service";

/** Sends the judge's calls through its provider's lanes, which all trials share. */
function turnsOf(provider: ProviderId | null, { signal }: AbortController): InTurn {
  return async (call) => {
    for (let waits = 0; ; waits += 1) {
      const result = await inLane(provider, signal, async () => {
        if (signal.aborted) throw new JudgeFailed("The trial was stopped.", 0);
        return call(waits === maxWaits);
      });
      if (!isRateLimited(result)) return result;
      const seconds = result.retry_after ?? defaultWaitSeconds * (waits + 1);
      pauseProvider(provider, seconds);
    }
  };
}

function isRateLimited<T>(result: T | RateLimited): result is RateLimited {
  return typeof result === "object" && result !== null && "retry_after" in result;
}

/** Whether an answer hasn't been compared with the present model's yet. */
export function isUnjudged({ head, cells }: Running, cell: StoredCell): boolean {
  const present = cells.get(cellName({ case: cell.case, target: 0 }));
  const isAnswered = cell.outcome === "answered" && present?.outcome === "answered";
  return head.judge !== null && cell.target > 0 && isAnswered && cell.verdict === null;
}

/** Compares each answer with the present model's, one pair after another. */
export async function judgeAnswers(state: Running): Promise<void> {
  const { head, owner, texts, cells, budget, lost } = state;
  const { judge } = head;
  if (!judge) return;
  const inTurn = turnsOf(providerIdOf(judge.provider), lost);
  for (const cell of [...cells.values()]) {
    const own = texts.cases.get(cell.case);
    const answers = [
      texts.cells.get(cellName({ case: cell.case, target: 0 })),
      texts.cells.get(cellName(cell)),
    ];
    const [first, second] = answers;
    if (!isUnjudged(state, cell) || !own || !first || !second) continue;
    if (!(await isWorthCalling(state, cell))) continue;
    // Without its row, the cost is unknown.
    if (!(await findModel(judge.provider, judge.model_id))) {
      state.judgeFailure = `There is no model "${nameOf(judge)}" any more. Add it again and resume the trial.`;
      return;
    }
    const pair = { texts: own, present: first, other: second };
    const max = await pairCost(judge, pair);
    if (max === null) {
      state.judgeFailure = `${hasNoPrice(judge)} Set its price and resume the trial.`;
      return;
    }
    if (!(await reserve(state, max))) return;
    let spent = 0;
    try {
      await recordSending(head, owner, cell, max);
      const comparison = await judgePair(state.actor, judge, pair, inTurn);
      const unknown_usd = comparison.judge_cost_usd === null ? max : 0;
      spent = comparison.judge_cost_usd ?? max;
      const judged = { ...cell, ...comparison, lost_usd: cell.lost_usd + unknown_usd };
      cells.set(cellName(judged), await recordCell(head, owner, judged, null));
    } catch (error) {
      if (error instanceof JudgeFailed) {
        spent = error.lost_usd ?? max;
        const unjudged = { ...cell, lost_usd: cell.lost_usd + spent };
        cells.set(cellName(unjudged), await recordCell(head, owner, unjudged, null));
        state.judgeFailure = error.message;
        return;
      }
      if (!(error instanceof TrialLost)) throw error;
      lost.abort();
      return;
    } finally {
      budget.settle(max, spent);
    }
  }
}
