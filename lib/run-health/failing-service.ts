import "server-only";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { DeployedAgent } from "@/lib/agents/runtime-service";
import { mapConcurrently } from "@/lib/batches";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { isLasting } from "@/lib/findings/rules/run-errors";
import { readPage, readRuns } from "@/lib/runs/reading-service";
import { explainFailure } from "@/lib/runs/rules/summary";
import { parseMachineArn } from "@/lib/runtime/rules/machine-arn";
import { readChanges } from "./changes-service";
import { compareWithBefore } from "./comparison-service";
import { listRecentRunsOf } from "./recent-service";
import { failsSinceSwitch, hasRecovered, isFailing, isRepaired } from "./rules/failing";
import { type Measured, measuredRows } from "./rules/measured-rows";
import type { FailingAgent, RecentRuns, SinceSwitch } from "./schema";
import { shareReadings } from "./shared-service";

/** The most failing agents whose runs are examined. Others are reported with figures only. */
const maxExamined = 20;
const examineConcurrency = 4;

type FailingAgents = {
  failing: FailingAgent[];
  /** A text for each part that couldn't be judged. */
  unchecked: string[];
};

/**
 * The agents whose runs currently fail.
 * @param rows the rows of all agents
 * @param deadline in terms of `performance.now()`, after which no further agent's runs are examined
 */
export async function findFailingAgents(
  rows: readonly DeployedAgent[],
  deadline: number,
): Promise<FailingAgents> {
  const recent = await listRecentRunsOf(rows);
  const limits = failureLimits();
  const candidates = recent.agents.filter((agent) => isFailing(agent, limits));
  const shared = new Map(recent.shared.map((entry) => [agentEntityId(entry), entry.why]));
  const measured = measuredRows(rows);
  const byId = new Map(rows.map((row) => [agentEntityId(row), row]));
  const examined = await mapConcurrently(
    candidates.slice(0, maxExamined),
    examineConcurrency,
    async (agent) => {
      const id = agentEntityId(agent);
      const figures = { ...figuresOf(agent), shared: shared.get(id) ?? null };
      const [row, machine] = [byId.get(id), measured.get(id)];
      if (!row || !machine || "reason" in machine) return [];
      if (performance.now() > deadline) return [{ ...figures, latest: null, since_switch: null }];
      const newest = await readNewest(machine, agent);
      if (newest.isSettled) return [];
      const { latest } = newest;
      const sharedMs = comparedMs(Math.min(candidates.length, maxExamined));
      return [{ ...figures, latest, since_switch: await findBlamedSwitch(row, machine, sharedMs) }];
    },
  );
  const rest = candidates.slice(maxExamined).map(
    (agent): FailingAgent => ({
      ...figuresOf(agent),
      shared: shared.get(agentEntityId(agent)) ?? null,
      latest: null,
      since_switch: null,
    }),
  );
  return {
    failing: [...examined.flat(), ...rest],
    unchecked: recent.unread === null ? [] : [`Failing runs: ${recent.unread}`],
  };
}

function failureLimits() {
  const { RUN_FAILURE_SHARE: share, RUN_FAILURE_MIN: runs } = env();
  return { share, runs };
}

const figuresOf = ({ agent_name, version, runs, failed }: RecentRuns) => {
  return { agent_name, version, runs, failed };
};

type Machine = Exclude<Measured, { reason: string }>;
type Newest = { isSettled: boolean; latest: FailingAgent["latest"] };

/** Whether the newest runs succeed again, and why the latest failure happened. */
async function readNewest({ arn }: Machine, agent: RecentRuns): Promise<Newest> {
  const parsed = parseMachineArn(arn);
  if (!parsed) return { isSettled: false, latest: null };
  const machine = { ...parsed, stored: arn };
  try {
    const { page } = await readPage(machine, {});
    const statuses = page.executions.map(({ status }) => status);
    if (hasRecovered(agent, statuses)) return { isSettled: true, latest: null };
    const failure = page.executions.find(({ status }) => ["failed", "timed_out"].includes(status));
    if (!failure) return { isSettled: false, latest: null };
    const at = failure.stopped_at ?? failure.started_at;
    const [run] = await readRuns(machine, [failure]);
    const explained = run && "error" in run ? explainFailure(run) : null;
    if (explained && isLasting(explained.code) && isRepaired(agent, statuses, failureLimits())) {
      return { isSettled: true, latest: null };
    }
    return { isSettled: false, latest: explained && { at, ...explained } };
  } catch (error) {
    if (error instanceof AppError) return { isSettled: false, latest: null };
    throw error;
  }
}

type Compared = { since_switch: SinceSwitch; sharedMs: number };

/** CloudWatch charges per metric, so larger comparisons are cached longer: a minute for 20. */
const comparedMs = (agents: number) => 5_000 + agents * 2_750;
const compared = shareReadings<Compared>(({ sharedMs }) => sharedMs);

/** The last switch, if the agent has failed since then and didn't before. */
async function findBlamedSwitch(row: DeployedAgent, machine: Machine, sharedMs: number) {
  const { last, previous } = await readChanges(row, { start: Date.now() });
  if (!last) return null;
  const id = JSON.stringify([agentEntityId(row), machine.arn, last.event_id, previous?.event_id]);
  const { since_switch } = await compared(id, async () => {
    const comparison = await compareWithBefore(row.agent_name, machine, last, previous);
    // A comparison that couldn't be read isn't cached.
    const { before, after } = comparison.since_switch;
    return { since_switch: comparison.since_switch, sharedMs: before && after ? sharedMs : 0 };
  });
  return failsSinceSwitch(since_switch, failureLimits()) ? since_switch : null;
}
