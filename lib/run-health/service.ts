import "server-only";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { DeployedAgent } from "@/lib/agents/runtime-service";
import type { AgentKey } from "@/lib/agents/schema";
import { listDeployed, requireDeployed } from "@/lib/agents/service";
import { findAccount } from "@/lib/aws/account";
import { usageWindow } from "@/lib/usage/rules/window";
import { messageOf, readChanges } from "./changes-service";
import { compareWithBefore } from "./comparison-service";
import { readRuns } from "./metrics-repository";
import { type Measured, measuredRows } from "./rules/measured-rows";
import type { RunPeriod } from "./rules/run-counts";
import type { AgentHealth, HealthQuery, RunPoint, SinceSwitch } from "./schema";
import { shareReadings } from "./shared-service";

/** One agent's figures are cached for five seconds. */
const shared = shareReadings<AgentHealth>(() => 5_000);

/**
 * The runs of an agent over time, with what changed its model or prompt. Figures that can't be read
 * are missing, and `notes` says why.
 * @throws AppError `not_found`, `invalid`
 */
export async function readAgentHealth(key: AgentKey, query: HealthQuery): Promise<AgentHealth> {
  const window = usageWindow(query, Date.now());
  const agent = await requireDeployed(key);
  const id = JSON.stringify([agentEntityId(key), window, agent.etag]);
  return shared(id, () => read(agent, window));
}

async function read(
  agent: DeployedAgent,
  window: ReturnType<typeof usageWindow>,
): Promise<AgentHealth> {
  const [measured, history] = await Promise.all([findMeasured(agent), readChanges(agent, window)]);
  const range = {
    from: new Date(window.start).toISOString(),
    to: new Date(window.end).toISOString(),
    period_seconds: window.period_seconds,
  };
  const changes = history.changes.filter(({ at }) => Date.parse(at) >= window.start);
  const none = { ...range, as_of: null, series: [], changes, since_switch: null };
  if ("reason" in measured) return { ...none, notes: [measured.reason, ...history.notes] };
  const { last, previous } = history;
  const as_of = new Date().toISOString();
  const [series, comparison] = await Promise.all([
    readRuns([measured], window, ["started", "succeeded", "failed", "timed_out", "aborted"]).then(
      (runs) => ({ points: (runs.get(measured.arn) ?? []).map(toPoint), failure: null }),
      (error: unknown) => ({ points: null, failure: messageOf(error) }),
    ),
    last
      ? compareWithBefore(agent.agent_name, measured, last, previous)
      : { since_switch: null, notes: [] },
  ]);
  const notes = [
    ...(series.failure ? [`The runs over time could not be read: ${series.failure}`] : []),
    ...(measured.shared ? [measured.shared] : []),
    ...(await otherAccount(measured, series.points?.length === 0)),
    ...history.notes,
    ...comparison.notes,
  ];
  const since_switch: SinceSwitch | null = comparison.since_switch;
  if (!series.points) return { ...none, since_switch, notes };
  return { ...range, as_of, series: series.points, changes, since_switch, notes };
}

function toPoint({ at, duration: _, ...counts }: RunPeriod): RunPoint {
  return { at: new Date(at).toISOString(), ...counts };
}

/** Other rows are needed only if the machine's definition doesn't name the row that it reads. */
async function findMeasured(agent: DeployedAgent): Promise<Measured> {
  const { machine } = agent;
  const isNamed = machine.source === "definition" && machine.outline.agent_name !== null;
  const rows = isNamed ? [] : await listDeployed();
  const id = agentEntityId(agent);
  const others = rows.filter((row) => agentEntityId(row) !== id);
  return measuredRows([agent, ...others]).get(id) ?? { reason: "Its row names no state machine." };
}

/** For a machine of another account, CloudWatch returns no data instead of an error. */
async function otherAccount(machine: Measured, isEmpty: boolean): Promise<string[]> {
  if ("reason" in machine || machine.isDescribed || !isEmpty) return [];
  const own = await findAccount();
  if (own === null || own === machine.account) return [];
  return [
    `Its state machine is in the account ${machine.account}, whose metrics the console can't read.`,
  ];
}
