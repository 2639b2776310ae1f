"use client";

import type { ReactNode } from "react";
import { providerIdOfAgent, providerLockedReason } from "@/components/agents/switch/model-choice";
import { Sheet } from "@/components/ui/overlay/sheet";
import { Note } from "@/components/ui/text/note";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatCount, formatProviderName } from "@/lib/format";
import { type AgentTestPlan, type AgentTestSettings, agentTestPlan } from "./test-settings";

/** Provider and model as the row names them, and what else it says. */
export type AgentTestTarget = { provider: string; modelId: string; settings: AgentTestSettings };

export type AgentTestProps = {
  agent: AgentRecord;
  /** The page has unsaved changes. */
  hasDraft: boolean;
  panel: (target: AgentTestTarget) => ReactNode;
  onClose: () => void;
};

/** Sends one prompt to the agent's model, as the agent's caller would. */
export function AgentTest({ agent, hasDraft, panel, onClose }: AgentTestProps) {
  const { llm_provider, llm_model, provider_id } = agent;
  const plan = agentTestPlan(agent);
  return (
    <Sheet title="Test as this agent" description={agent.agent_name} onClose={onClose}>
      <div className="flex flex-col gap-4">
        {hasDraft && (
          <Note tone="warn" title="This tests what is saved.">
            What you changed on the page is not part of it yet.
          </Note>
        )}
        {llm_provider === null || llm_model === null || provider_id === null ? (
          <Note tone="warn" title="It cannot be tested from here.">
            Its row names no {llm_model === null ? "model" : "provider that is known"}: what it runs
            on is compiled into its state machine.
          </Note>
        ) : (
          <>
            <Sent agent={agent} plan={plan} />
            {panel({ provider: llm_provider, modelId: llm_model, settings: plan.settings })}
          </>
        )}
      </div>
    </Sheet>
  );
}

function Sent({ agent, plan }: { agent: AgentRecord; plan: AgentTestPlan }) {
  const { system, max_tokens, temperature, tools = [] } = plan.settings;
  const fixed = providerLockedReason(agent);
  return (
    <section aria-label="What is sent" className="flex flex-col gap-2">
      <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Line name="Provider">
          {formatProviderName(providerIdOfAgent(agent))}
          {fixed && <span className="block text-sm text-ink-3">As its row says. {fixed}.</span>}
        </Line>
        <Line name="Model">
          <span className="font-mono text-sm">{agent.llm_model}</span>
        </Line>
        <Line name="System prompt">
          {system ? `${formatCount(system.length)} characters` : "none"}
        </Line>
        <Line name="Tools">
          {tools.length === 0 ? (
            "none"
          ) : (
            <span className="font-mono text-sm">{tools.map(({ name }) => name).join(", ")}</span>
          )}
        </Line>
        <Line name="Max tokens">{max_tokens ? formatCount(max_tokens) : "not set"}</Line>
        <Line name="Temperature">{temperature ?? "not set"}</Line>
        {plan.leftOut.length > 0 && <Line name="Not sent">{plan.leftOut.join("; ")}</Line>}
      </dl>
      <p className="text-sm text-ink-3">
        Asked as its caller asks, not streamed, with the key that is stored here.
        {tools.length > 0 &&
          " Its row knows tools by name alone, so each is sent with an empty parameters object, and nothing runs a tool that the model calls."}{" "}
        The rows and the provider map that an invocation looks up are not part of this test.
      </p>
    </section>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}
