import { callTo } from "@/lib/addresses";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { Finding } from "@/lib/findings/schema";
import { formatDuration, formatMoney, formatShare, formatUtc } from "@/lib/format";
import { pages } from "@/lib/paths";
import { describeUnconfirmed } from "@/lib/prices/rules/price-doubts";
import type { FailingAgent, RunSide, SinceSwitch } from "@/lib/run-health/schema";
import type { Check } from "./snapshot";

export const agentFailing: Check = ({ failing }) =>
  failing.flatMap((agent): Finding[] => {
    if (agent.since_switch) return [];
    const { agent_name, version, runs, failed, latest } = agent;
    return [
      {
        code: "agent_failing",
        severity: "error",
        subject: { kind: "agent", id: agentEntityId(agent) },
        title: `${formatShare(failed / runs)} of the runs of ${agent_name} fail`,
        evidence: `${failed} of ${runs} runs failed in the last 24 hours. ${describeLatest(agent)}`,
        fix: latest?.fix ?? "Open the agent and look at its failed runs.",
        action: { label: "See its runs", href: pages.agent(agent_name, version, { tab: "runs" }) },
      },
    ];
  });

export const agentFailingSinceSwitch: Check = ({ failing }) =>
  failing.flatMap((agent): Finding[] => {
    const { since_switch, agent_name, version } = agent;
    if (!since_switch?.before || !since_switch.after) return [];
    const { before, after, event_id } = since_switch;
    return [
      {
        code: "agent_failing_since_switch",
        severity: "error",
        subject: { kind: "agent", id: agentEntityId(agent) },
        title: `${agent_name} fails since it was switched to ${modelName(since_switch.to)}`,
        evidence: `Since ${formatUtc(since_switch.at)}: ${describeSide(after)}. Before, on ${modelName(since_switch.from)}: ${describeSide(before)}. ${describeLatest(agent)}`,
        fix: `Set it back to ${modelName(since_switch.from)}, or repair what fails.`,
        action: {
          label: "Set it back",
          ...callTo("rollbackAgent", { name: agent_name, version }),
          body: { event_id },
        },
      },
    ];
  });

function describeLatest({ latest, shared }: FailingAgent): string {
  const why = latest
    ? `The latest, ${formatUtc(latest.at)}: ${latest.title}.`
    : "Why the latest one failed is not known.";
  return shared ? `${why} ${shared}` : why;
}

/** Such as "9 of 12 runs failed, median 8.20 s, $0.011 a run". */
function describeSide(side: RunSide): string {
  const { runs, failed, median_ms, cost_per_run_usd } = side;
  return [
    `${failed} of ${runs} runs failed`,
    ...(median_ms === null ? [] : [`median ${formatDuration(median_ms)}`]),
    ...(cost_per_run_usd === null ? [] : [`${formatMoney(cost_per_run_usd)} a run`]),
    ...describeUnconfirmed(side, "of it"),
  ].join(", ");
}

const modelName = ({ model_id }: SinceSwitch["to"]) => model_id ?? "no model";
