import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Tag } from "@/components/ui/tag";
import type { AgentRecord } from "@/lib/agents/schema";
import { agentTools } from "@/lib/agents/tools";

/** What the row holds besides model and prompt: to be read here, written by deploys. */
export function AgentFacts({ agent }: { agent: AgentRecord }) {
  return (
    <div className="flex flex-col gap-4">
      <Card title="Tools">
        <Tools agent={agent} />
      </Card>
      <Card title="Parameters">
        <Values agent={agent} name="parameters" />
      </Card>
      <Card title="Metadata">
        <Values agent={agent} name="metadata" />
      </Card>
      <Card title="Observability">
        <Values agent={agent} name="observability" />
      </Card>
      <Card title="Registry">
        <Registry agent={agent} />
      </Card>
    </div>
  );
}

function Tools({ agent }: { agent: AgentRecord }) {
  if (agent.tools === null) return <Unreadable agent={agent} name="tools" />;
  const tools = agentTools(agent.tools);
  const nameless = agent.tools.length - tools.length;
  if (agent.tools.length === 0) return <p className="text-ink-3">None: the model only writes.</p>;
  return (
    <ul className="flex flex-col gap-1">
      {tools.map(({ name, enabled }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row may name a tool twice
        <li key={index} className="flex items-center gap-2 wrap-anywhere">
          <span className="font-mono text-sm">{name}</span>
          {!enabled && <Tag>off</Tag>}
        </li>
      ))}
      {nameless > 0 && (
        <li className="text-warn">
          {nameless} without a name: agents cannot call {nameless === 1 ? "it" : "them"}
        </li>
      )}
    </ul>
  );
}

type ObjectName = "parameters" | "metadata" | "observability";

function Values({ agent, name }: { agent: AgentRecord; name: ObjectName }) {
  const values = agent[name];
  if (values === null) return <Unreadable agent={agent} name={name} />;
  const entries = Object.entries(values);
  if (entries.length === 0) return <p className="text-ink-3">Empty.</p>;
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
      {entries.map(([key, value]) => (
        <Entry key={key} name={key}>
          <span className="font-mono text-sm">{asText(value)}</span>
        </Entry>
      ))}
    </dl>
  );
}

function Entry({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3 wrap-anywhere">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Unreadable({ agent, name }: { agent: AgentRecord; name: string }) {
  const defect = agent.defects.find((entry) => entry.startsWith(`${name} `));
  return <p className="text-warn">{defect ?? `${name} cannot be read`}</p>;
}

function Registry({ agent }: { agent: AgentRecord }) {
  const { state_machine_arn, deployment_env, created_at, updated_at } = agent;
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
      <Entry name="Caller">{agent.unified ? "unified" : "older, provider fixed"}</Entry>
      <Entry name="Environment">{deployment_env ?? "not set"}</Entry>
      <Entry name="Created">{created_at ? <RelativeTime at={created_at} /> : "not set"}</Entry>
      <Entry name="Updated">{updated_at ? <RelativeTime at={updated_at} /> : "not set"}</Entry>
      <Entry name="State machine">
        {state_machine_arn ? (
          <>
            <span className="font-mono text-sm">{state_machine_arn}</span>{" "}
            <CopyButton value={state_machine_arn} what="ARN" />
          </>
        ) : (
          "not set"
        )}
      </Entry>
    </dl>
  );
}
