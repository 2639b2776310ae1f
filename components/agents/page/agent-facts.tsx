import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/text/code-block";
import { CopyButton } from "@/components/ui/text/copy-button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Tag } from "@/components/ui/text/tag";
import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord, JsonName } from "@/lib/agents/schema";
import { Entries } from "./json-value";

/** The row's values besides model and prompt. Read-only, because deployments write them. */
export function AgentFacts({ agent }: { agent: AgentRecord }) {
  return (
    <div className="flex flex-col gap-4">
      <Part agent={agent} name="parameters" title="Parameters" />
      <Part agent={agent} name="tools" title="Tools" />
      <Part agent={agent} name="metadata" title="Metadata" />
      <Part agent={agent} name="observability" title="Observability" />
      <Card title="Registry">
        <Registry agent={agent} />
      </Card>
    </div>
  );
}

type PartProps = { agent: AgentRecord; name: JsonName; title: string };

/** One JSON attribute, formatted and as stored. */
function Part({ agent, name, title }: PartProps) {
  const value = agent[name];
  if (value === null) {
    return (
      <Card title={title}>
        <Unreadable agent={agent} name={name} />
      </Card>
    );
  }
  const isEmpty = Object.keys(value).length === 0;
  return (
    <Card title={title}>
      {Array.isArray(value) ? (
        <ToolList tools={value} />
      ) : (
        <Entries entries={Object.entries(value)} />
      )}
      {!isEmpty && (
        <details className="mt-2">
          <summary className="w-fit rounded-sm text-sm text-ink-3 hover:text-ink">Raw JSON</summary>
          <CodeBlock title={name} what={`raw ${name}`} text={JSON.stringify(value, null, 2)} />
        </details>
      )}
    </Card>
  );
}

/** The defect and the stored text, which are both needed for a repair. */
function Unreadable({ agent, name }: { agent: AgentRecord; name: JsonName }) {
  const defect = agent.defects.find((entry) => entry.startsWith(`${name} `));
  const stored = agent.unparsed?.[name];
  return (
    <>
      <p className="text-warn">{defect ?? `${name} cannot be read`}</p>
      {stored !== undefined && (
        <div className="mt-1">
          <CodeBlock title="As it is stored" what={`stored ${name}`} text={stored} />
        </div>
      )}
    </>
  );
}

function Registry({ agent }: { agent: AgentRecord }) {
  const { state_machine_arn, deployment_env, created_at, updated_at } = agent;
  return (
    <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
      <Fact name="Caller">
        {agent.unified ? "unified" : "older, provider fixed"}
        {agent.runtime?.source === "assumed" && ", assumed"}
      </Fact>
      <DefaultModel agent={agent} />
      <Fact name="Environment">{deployment_env ?? "not set"}</Fact>
      <Fact name="Created">{created_at ? <RelativeTime at={created_at} /> : "not set"}</Fact>
      <Fact name="Updated">{updated_at ? <RelativeTime at={updated_at} /> : "not set"}</Fact>
      <Fact name="State machine">
        {state_machine_arn ? (
          <>
            <span className="font-mono text-sm">{state_machine_arn}</span>{" "}
            <CopyButton value={state_machine_arn} what="ARN" />
          </>
        ) : (
          "not set"
        )}
      </Fact>
    </dl>
  );
}

/** The defaults used by a row without a provider or a model. */
function DefaultModel({ agent: { runtime, llm_provider, llm_model } }: { agent: AgentRecord }) {
  if (!runtime || (llm_provider && llm_model)) return null;
  const { default_provider, default_model } = runtime;
  const used = [llm_provider || default_provider, llm_model || default_model].filter(Boolean);
  if (used.length === 0) return null;
  return <Fact name="Model">{used.join(" / ")}, compiled into its state machine</Fact>;
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3 wrap-anywhere">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}

/** Members shown beside the tool. The other members are listed below it. */
const headerMembers: readonly string[] = ["tool_name", "tool_id", "name", "enabled"];

/** An agent's tools, each with the other members of its entry. */
function ToolList({ tools }: { tools: readonly unknown[] }) {
  if (tools.length === 0) return <p className="text-ink-3">None: the model only writes.</p>;
  return (
    <ul className="flex flex-col gap-1.5">
      {tools.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row may name a tool twice
        <li key={index}>
          <Tool entry={entry} />
        </li>
      ))}
    </ul>
  );
}

function Tool({ entry }: { entry: unknown }) {
  const [tool] = agentTools([entry]);
  if (!tool) {
    return (
      <span className="text-warn wrap-anywhere">
        Without a name, so that no agent can call it:{" "}
        <span className="font-mono text-sm">{JSON.stringify(entry)}</span>
      </span>
    );
  }
  const more = remainingEntries(entry, tool.name);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 wrap-anywhere">
        <span className="font-mono text-sm">{tool.name}</span>
        {!tool.enabled && <Tag>off</Tag>}
      </p>
      {more.length > 0 && (
        <div className="border-l border-line pl-3 text-sm">
          <Entries entries={more} />
        </div>
      )}
    </>
  );
}

function remainingEntries(entry: unknown, name: string): [string, unknown][] {
  if (typeof entry !== "object" || entry === null) return [];
  return Object.entries(entry).filter(
    // Also shows a second name, such as an ID.
    ([key, value]) => !headerMembers.includes(key) || (key !== "enabled" && value !== name),
  );
}
