"use client";

import type { ReactNode } from "react";
import { providerIdOfAgent, providerLockedReason } from "@/components/agents/switch/model-choice";
import { Sheet } from "@/components/ui/overlay/sheet";
import { Note } from "@/components/ui/text/note";
import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentKey, AgentRecord } from "@/lib/agents/schema";
import { formatCount, formatProviderName } from "@/lib/format";

/** Provider and model as the row names them, and the agent whose request is sent. */
export type AgentTestTarget = {
  provider: string;
  modelId: string;
  settings: { stream: false; as_agent: AgentKey };
};

export type AgentTestProps = {
  agent: AgentRecord;
  /** True if the page has unsaved changes. */
  hasDraft: boolean;
  panel: (target: AgentTestTarget) => ReactNode;
  onClose: () => void;
};

/** Sends the runtime's own request for this agent, with a prompt that the user types. */
export function AgentTest({ agent, hasDraft, panel, onClose }: AgentTestProps) {
  const { agent_name, version, llm_provider, llm_model, provider_id } = agent;
  return (
    <Sheet title="Test as this agent" description={agent_name} onClose={onClose}>
      <div className="flex flex-col gap-4">
        {hasDraft && (
          <Note tone="warn" title="This tests what is saved.">
            What you changed on the page is not part of it yet.
          </Note>
        )}
        {llm_provider === null || llm_model === null || provider_id === null ? (
          <Note tone="warn" title="It cannot be tested from here.">
            Its row names no {llm_model === null ? "model" : "provider that is known"}: only its
            state machine says what it runs on.
          </Note>
        ) : (
          <>
            <Sent agent={agent} />
            {panel({
              provider: llm_provider,
              modelId: llm_model,
              settings: { stream: false, as_agent: { agent_name, version } },
            })}
          </>
        )}
      </div>
    </Sheet>
  );
}

function Sent({ agent }: { agent: AgentRecord }) {
  const tools = agentTools(agent.tools).map(({ name }) => name);
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
          {agent.system_prompt ? `${formatCount(agent.system_prompt.length)} characters` : "none"}
        </Line>
        <Line name="Tools">
          {tools.length === 0 ? (
            "none"
          ) : (
            <span className="font-mono text-sm">{tools.join(", ")}</span>
          )}
        </Line>
      </dl>
      <p className="text-sm text-ink-3">
        This sends the runtime's own request, with the same members and values, not streamed.
        {tools.length > 0 &&
          " An agent with tools costs two calls: the first turn, and one after a made-up tool result. No tool runs."}
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
