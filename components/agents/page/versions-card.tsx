"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { providerIdOfAgent } from "@/components/agents/switch/model-choice";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Tag } from "@/components/ui/text/tag";
import { compareVersions } from "@/lib/agents/rules/entity";
import type { AgentKey, AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import { pages } from "@/lib/paths";
import { VersionsSkeleton } from "./agent-skeleton";
import { CompareVersions } from "./compare-versions";

/** The version that generated state machines read (docs/contract.md, Runtime). */
const readVersion = "v1.0";
const initialCount = 8;

/** All versions of the agent, the latest name first, with a comparison of any two. */
export function VersionsCard({ agent }: { agent: AgentKey }) {
  const query = useQuery(agentQueries.versions(agent.agent_name));
  const [compared, setCompared] = useState<string | null>(null);
  const versions = query.data && newestFirst(query.data.agents);
  const other = versions?.find(({ version }) => version !== agent.version);
  return (
    <Card
      title="Versions"
      action={
        other && (
          <Button size="sm" variant="ghost" onClick={() => setCompared(other.version)}>
            Compare versions
          </Button>
        )
      }
    >
      <QueryBoundary
        query={query}
        skeleton={<VersionsSkeleton />}
        errorTitle="The versions could not be read"
      >
        {({ agents }) => (
          <Versions versions={newestFirst(agents)} agent={agent} onCompare={setCompared} />
        )}
      </QueryBoundary>
      {versions && compared !== null && (
        <CompareVersions
          versions={versions}
          before={compared}
          after={agent.version}
          onClose={() => setCompared(null)}
        />
      )}
    </Card>
  );
}

/** "v1.10" comes before "v1.9". */
function newestFirst(agents: readonly AgentRecord[]): AgentRecord[] {
  return [...agents].sort((a, b) => compareVersions(b.version, a.version));
}

type VersionsProps = {
  versions: readonly AgentRecord[];
  agent: AgentKey;
  onCompare: (version: string) => void;
};

function Versions({ versions, agent, onCompare }: VersionsProps) {
  const [isExpanded, setExpanded] = useState(false);
  const visible = isExpanded ? versions : versions.slice(0, initialCount);
  const otherCount = versions.filter(({ version }) => version !== agent.version).length;
  return (
    <>
      <ul className="-my-1">
        {visible.map((entry) => (
          <Version
            key={entry.version}
            entry={entry}
            isOwnPage={entry.version === agent.version}
            onCompare={() => onCompare(entry.version)}
          />
        ))}
      </ul>
      {visible.length < versions.length && (
        <Button size="sm" onClick={() => setExpanded(true)}>
          Show all {versions.length}
        </Button>
      )}
      {otherCount === 0 && (
        <p className="text-ink-3">
          There is no other. State machines read {readVersion}; when a deploy writes another
          version, it can be compared with this one here.
        </p>
      )}
    </>
  );
}

type VersionProps = { entry: AgentRecord; isOwnPage: boolean; onCompare: () => void };

function Version({ entry, isOwnPage, onCompare }: VersionProps) {
  const { agent_name, version, status, updated_at, llm_model } = entry;
  const provider = formatProviderName(providerIdOfAgent(entry)) || "no provider";
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-t border-line py-2 first:border-t-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          {isOwnPage ? (
            <strong aria-current="page" className="font-semibold wrap-anywhere">
              {version}
            </strong>
          ) : (
            <Link
              href={pages.agent(agent_name, version)}
              prefetch={false}
              className="font-medium wrap-anywhere hover:underline"
            >
              {version}
            </Link>
          )}
          <Tag tone={status === "active" ? "good" : "neutral"}>{status ?? "no status"}</Tag>
          {isOwnPage && <Tag>this page</Tag>}
          {version === readVersion && <Tag tone="accent">read by state machines</Tag>}
        </p>
        <p className="text-sm text-ink-3 wrap-anywhere">
          {provider} / <span className="font-mono">{llm_model ?? "no model"}</span>
          {updated_at && (
            <>
              {" · "}
              <RelativeTime at={updated_at} />
            </>
          )}
        </p>
      </div>
      {!isOwnPage && (
        <Button size="sm" aria-label={`Compare ${version} with this version`} onClick={onCompare}>
          Compare
        </Button>
      )}
    </li>
  );
}
