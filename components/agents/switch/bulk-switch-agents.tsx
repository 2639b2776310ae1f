"use client";

import { useMemo } from "react";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { Status, StatusMark, type StatusTone } from "@/components/ui/text/status";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentSwitch } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatMonthlyCost } from "@/lib/format";
import { isBlocked, worstFirst } from "./bulk-plan";

type Props = {
  label: string;
  agents: readonly AgentSwitch[];
  /** Blocked agents will be switched too, by override. */
  overrides?: boolean;
};

/** The outcome of each agent, worst first. */
export function BulkSwitchAgents({ label, agents, overrides = false }: Props) {
  const sorted = useMemo(() => worstFirst(agents), [agents]);
  return (
    <VirtualList label={label} items={sorted} keyOf={agentEntityId} lineHeight={46}>
      {(agent) => <AgentLine agent={agent} overrides={overrides} />}
    </VirtualList>
  );
}

function AgentLine({ agent, overrides }: { agent: AgentSwitch; overrides: boolean }) {
  const { message, findings, monthly_cost_usd } = agent;
  const { tone, word } = state(agent, overrides);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0 font-mono text-sm wrap-anywhere">{agentEntityId(agent)}</span>
        <Status tone={tone} className="text-sm">
          {word}
        </Status>
      </div>
      {message && !isBlocked(agent) && (
        <p className="text-sm wrap-anywhere text-ink-2">{message}</p>
      )}
      {findings.length > 0 && (
        <ul aria-label={`Findings of ${agentEntityId(agent)}`}>
          {findings.map((finding) => (
            <FindingLine key={`${finding.code} ${finding.title}`} finding={finding} />
          ))}
        </ul>
      )}
      {(agent.outcome === "would_switch" || isBlocked(agent)) && (
        <p className="text-sm text-ink-3">Monthly cost {formatMonthlyCost(monthly_cost_usd)}</p>
      )}
    </>
  );
}

function FindingLine({ finding: { severity, title, evidence, fix } }: { finding: Finding }) {
  const tone = severity === "error" ? "bad" : severity === "warning" ? "warn" : "off";
  return (
    <li className="flex gap-1.5 text-sm wrap-anywhere text-ink-2">
      <span className="flex h-5 shrink-0 items-center">
        <StatusMark tone={tone} label={severity} />
      </span>
      <span className="min-w-0">
        <span className="text-ink">{title}.</span> {evidence} {fix}
      </span>
    </li>
  );
}

const outcomes: Record<AgentSwitch["outcome"], { tone: StatusTone; word: string }> = {
  would_switch: { tone: "good", word: "Would switch" },
  switched: { tone: "good", word: "Switched" },
  refused: { tone: "bad", word: "Refused" },
  pending: { tone: "off", word: "Not touched" },
  unchanged: { tone: "off", word: "Runs on it already" },
};

function state(agent: AgentSwitch, overrides: boolean): { tone: StatusTone; word: string } {
  if (!isBlocked(agent)) return outcomes[agent.outcome];
  return overrides
    ? { tone: "warn", word: "Would switch, overridden" }
    : { tone: "bad", word: "Blocked" };
}
