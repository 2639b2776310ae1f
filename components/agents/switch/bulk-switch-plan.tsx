"use client";

import type { UseFormRegisterReturn } from "react-hook-form";
import { ReasonField } from "@/components/ui/form/reason-field";
import { Note } from "@/components/ui/text/note";
import type { AgentSwitch } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import type { Batch } from "@/lib/trials/schema";
import { isBlocked } from "./bulk-plan";
import { BulkSwitchAgents } from "./bulk-switch-agents";

export type BulkSwitchPlanProps = {
  agents: readonly AgentSwitch[];
  /** Results of trying the agents first, if that was done. */
  tries: Batch["agents"];
  /** True if there is an override reason, so that blocked agents are switched too. */
  hasReason: boolean;
  reasonField: UseFormRegisterReturn;
  reasonError: string | undefined;
};

/** The dry run: each agent's outcome, and the reason field for blocked ones. */
export function BulkSwitchPlan({
  agents,
  tries,
  hasReason,
  reasonField,
  reasonError,
}: BulkSwitchPlanProps) {
  const blocked = agents.filter(isBlocked);
  const refused = agents.filter((agent) => agent.outcome === "refused" && !isBlocked(agent));
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="font-medium">
        {describePlan(agents)}
      </p>
      {refused.length > 0 && (
        <Note tone="warn" title={`${pluralize(refused.length, "agent")} cannot be switched here.`}>
          {named(refused)}: the reason stands below. The others are switched without{" "}
          {refused.length === 1 ? "it" : "them"}.
        </Note>
      )}
      {blocked.length > 0 && (
        <>
          <Note
            tone="bad"
            title={`The next invocation of ${pluralize(blocked.length, "agent")} would fail.`}
          >
            {named(blocked)}: left as {blocked.length === 1 ? "it is" : "they are"}, unless you say
            why {blocked.length === 1 ? "it" : "they"} should go ahead.
          </Note>
          <ReasonField
            label="Why the blocked ones should go ahead"
            error={reasonError}
            hint="Left empty, they are left out. Written into the history of each."
            register={reasonField}
          />
        </>
      )}
      <BulkSwitchAgents
        label="What would become of each agent"
        agents={agents}
        tries={tries}
        overrides={hasReason}
      />
    </div>
  );
}

/** "3 agents: 1 would switch, 1 blocked, 1 refused" */
function describePlan(agents: readonly AgentSwitch[]): string {
  const count = (matches: (agent: AgentSwitch) => boolean) => agents.filter(matches).length;
  const blocked = count(isBlocked);
  const parts: [number, string][] = [
    [count(({ outcome }) => outcome === "would_switch"), "would switch"],
    [blocked, "blocked"],
    [count(({ outcome }) => outcome === "refused") - blocked, "refused"],
    [count(({ outcome }) => outcome === "unchanged"), "there already"],
  ];
  const counts = parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`);
  return `${pluralize(agents.length, "agent")}: ${counts.join(", ")}`;
}

const maxNames = 5;

function named(agents: readonly AgentSwitch[]): string {
  const names = agents.slice(0, maxNames).map(({ agent_name }) => agent_name);
  const more = agents.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}
