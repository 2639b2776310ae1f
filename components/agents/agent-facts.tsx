import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/text/code-block";
import { CopyButton } from "@/components/ui/text/copy-button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { AgentRecord, JsonName } from "@/lib/agents/schema";
import { Entries } from "./json-value";
import { ToolList } from "./tool-list";

/** What the row holds besides model and prompt: to be read here, written by deploys. */
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

/** One JSON attribute to be read, and as it is written. */
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

/** What is wrong, and what is stored: the person who puts it right needs both. */
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
      <Fact name="Caller">{agent.unified ? "unified" : "older, provider fixed"}</Fact>
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

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3 wrap-anywhere">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}
