"use client";

import { useMemo } from "react";
import { formatPart } from "@/components/agents/trials/figure-rows";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { Status, StatusMark, type StatusTone } from "@/components/ui/text/status";
import { agentEntityId } from "@/lib/agents/rules/entity";
import { formatMonthlyCost } from "@/lib/agents/rules/monthly-cost";
import type { AgentSwitch } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import { pages } from "@/lib/paths";
import type { Batch } from "@/lib/trials/schema";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { isBlocked, worstFirst } from "./bulk-plan";

type Props = {
  label: string;
  agents: readonly AgentSwitch[];
  /** Results of trying the agents first. Agents that would do worse come first. */
  tries?: Batch["agents"];
  /** True if an override also switches blocked agents. */
  overrides?: boolean;
};

const noTries: Batch["agents"] = [];

/** The outcome of each agent, worst first. */
export function BulkSwitchAgents({ label, agents, tries = noTries, overrides = false }: Props) {
  const triesByAgent = useMemo(
    () => new Map(tries.map((entry) => [agentEntityId(entry), entry])),
    [tries],
  );
  const sorted = useMemo(() => {
    const isWorse = (agent: AgentSwitch) => triesByAgent.get(agentEntityId(agent))?.worse === true;
    const all = worstFirst(agents);
    return [...all.filter(isWorse), ...all.filter((agent) => !isWorse(agent))];
  }, [agents, triesByAgent]);
  return (
    <VirtualList label={label} items={sorted} keyOf={agentEntityId} lineHeight={46}>
      {(agent) => (
        <AgentLine
          agent={agent}
          tried={triesByAgent.get(agentEntityId(agent))}
          overrides={overrides}
        />
      )}
    </VirtualList>
  );
}

type LineProps = {
  agent: AgentSwitch;
  tried: Batch["agents"][number] | undefined;
  overrides: boolean;
};

function AgentLine({ agent, tried, overrides }: LineProps) {
  const { message, findings, monthly_cost_usd } = agent;
  const { tone, label } = state(agent, overrides);
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="min-w-0 font-mono text-sm wrap-anywhere">{agentEntityId(agent)}</span>
        <Status tone={tone} className="text-sm">
          {label}
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
        <p
          className="text-sm text-ink-3"
          title={describeTooLow(monthly_cost_usd.too_low) ?? undefined}
        >
          Monthly cost {formatMonthlyCost(monthly_cost_usd)}
        </p>
      )}
      {tried && <Tried tried={tried} />}
    </>
  );
}

function Tried({ tried }: { tried: Batch["agents"][number] }) {
  const { tone, text } = describeTry(tried);
  const { agent_name, version, trial } = tried;
  return (
    <p className="flex gap-1.5 text-sm wrap-anywhere text-ink-2">
      <span className="flex h-5 shrink-0 items-center">
        <StatusMark tone={tone} />
      </span>
      <span className="min-w-0">
        {text}.{" "}
        {trial && (
          <a
            href={pages.agent(agent_name, version, { tab: "trials", trial: trial.id })}
            target="_blank"
            rel="noreferrer"
            className="underline underline-offset-2"
          >
            Open the trial
            <span className="sr-only"> of {agent_name}, new tab</span>
          </a>
        )}
      </span>
    </p>
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

const outcomes: Record<AgentSwitch["outcome"], { tone: StatusTone; label: string }> = {
  would_switch: { tone: "good", label: "Would switch" },
  switched: { tone: "good", label: "Switched" },
  refused: { tone: "bad", label: "Refused" },
  pending: { tone: "off", label: "Not touched" },
  unchanged: { tone: "off", label: "Runs on it already" },
};

function state(agent: AgentSwitch, overrides: boolean): { tone: StatusTone; label: string } {
  if (!isBlocked(agent)) return outcomes[agent.outcome];
  return overrides
    ? { tone: "warn", label: "Would switch, overridden" }
    : { tone: "bad", label: "Blocked" };
}

/** Removes the full stop, because the line adds its own. */
const withoutStop = (text: string) => text.replace(/\.$/, "");

/** The result of trying an agent before a bulk switch. */
function describeTry({ message, trial, worse }: Batch["agents"][number]): {
  tone: StatusTone;
  text: string;
} {
  if (trial === null)
    return { tone: "off", text: `Not tried: ${withoutStop(message ?? "no cases")}` };
  const { calls, targets, missing } = trial;
  if (trial.status === "running") {
    return { tone: "off", text: `Being tried: ${calls.done} of ${calls.total} calls` };
  }
  const present = targets.find(({ is_present }) => is_present);
  const next = targets.find(({ is_present }) => !is_present);
  if (!present || !next) return { tone: "off", text: withoutStop(missing ?? "Not tried") };
  const answered = `${formatPart(next.ok, next.of)} answered, now ${formatPart(present.ok, present.of)}`;
  const tool =
    next.same_tool_of > 0 ? `, same tool ${formatPart(next.same_tool, next.same_tool_of)}` : "";
  const figures = `${answered}${tool}`;
  if (worse === null) return { tone: "off", text: `Not finished: ${figures}` };
  return worse
    ? { tone: "warn", text: `Worse on its last runs: ${figures}` }
    : { tone: "good", text: `As good on its last runs: ${figures}` };
}
