import Link from "next/link";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import { Skeleton } from "@/components/ui/skeleton";
import type { TableColumn } from "@/components/ui/table/table-columns";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status, type StatusTone } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import { TooLowMark } from "@/components/usage/too-low";
import { formatCount, formatProviderName, formatShare, formatSpend } from "@/lib/format";
import { pages } from "@/lib/paths";
import { type AgentRow, failedShare } from "./agent-rows";
import { ModelCell, ProviderCell } from "./model-cells";

export const agentColumns: TableColumn<AgentRow>[] = [
  {
    id: "agent",
    header: "Agent",
    value: (row) => row.agent.agent_name,
    width: 146,
    grow: true,
    cell: (row) => <AgentCell row={row} />,
  },
  {
    id: "version",
    header: "Version",
    value: (row) => row.agent.version,
    width: 88,
  },
  {
    id: "status",
    header: "Status",
    value: (row) => row.agent.status ?? undefined,
    width: 104,
    cell: (row) => <AgentStatus status={row.agent.status} />,
  },
  {
    id: "provider",
    header: "Provider",
    value: (row) => formatProviderName(row.providerId) || undefined,
    width: 144,
    cell: (row) => <ProviderCell row={row} />,
  },
  {
    id: "model",
    header: "Model",
    value: (row) => row.model?.display_name ?? row.agent.llm_model ?? undefined,
    width: 180,
    grow: true,
    cell: (row) => <ModelCell row={row} />,
  },
  {
    id: "tools",
    header: "Tools",
    value: (row) => (row.agent.tools === null ? undefined : row.tools.length),
    largestFirst: true,
    width: 80,
    cell: (row) => <ToolsCell row={row} />,
  },
  {
    id: "flags",
    header: "Flags",
    value: (row) => row.flags.length,
    largestFirst: true,
    width: 138,
    cell: (row) => <FlagsCell row={row} />,
  },
  {
    id: "last-run",
    header: "Last run",
    value: ({ recent }) =>
      (recent && "runs" in recent ? recent.last_run_at : undefined) ?? undefined,
    largestFirst: true,
    width: 86,
    cell: (row) => <LastRunCell row={row} />,
  },
  {
    id: "failed",
    header: "Failed, 24 h",
    value: failedShare,
    largestFirst: true,
    width: 112,
    align: "end",
    cell: (row) => <FailedCell row={row} />,
  },
  {
    id: "month",
    header: "This month",
    value: ({ month }) => (typeof month === "object" ? month.cost_usd : null) ?? undefined,
    largestFirst: true,
    width: 104,
    align: "end",
    cell: (row) => <MonthCell row={row} />,
  },
];

function AgentCell({ row: { agent } }: { row: AgentRow }) {
  return (
    <>
      <Link
        href={pages.agent(agent.agent_name, agent.version)}
        prefetch={false}
        className="block truncate font-medium hover:underline"
      >
        {agent.agent_name}
      </Link>
      {agent.description && (
        <span title={agent.description} className="block truncate text-sm text-ink-3">
          {agent.description}
        </span>
      )}
    </>
  );
}

const tones: Record<string, StatusTone> = { active: "good" };

export function AgentStatus({ status }: { status: string | null }) {
  if (status === null) return <span className="text-ink-3">not set</span>;
  return (
    <Status tone={tones[status] ?? "off"}>
      {status.slice(0, 1).toUpperCase()}
      {status.slice(1)}
    </Status>
  );
}

function ToolsCell({ row: { agent, tools } }: { row: AgentRow }) {
  if (agent.tools === null)
    return (
      <span className="block text-sm leading-4 whitespace-normal text-ink-3">not readable</span>
    );
  if (tools.length === 0) return <span className="text-ink-3">none</span>;
  const names = tools.map(({ name, enabled }) => (enabled ? name : `${name} (off)`)).join(", ");
  return (
    <span title={names} className="block truncate">
      {tools.length} <span className="text-ink-3">{names}</span>
    </span>
  );
}

function FlagsCell({ row: { flags } }: { row: AgentRow }) {
  const first = flags[0];
  if (!first) return null;
  return (
    <>
      <span className="flex gap-1">
        {flags.map(({ word, detail, tone }) => (
          <Tooltip key={word} text={detail}>
            <Tag tone={tone}>{word}</Tag>
          </Tooltip>
        ))}
      </span>
      <span title={first.detail} className="block truncate text-xs text-ink-3">
        {first.detail}
      </span>
    </>
  );
}

function LastRunCell({ row: { recent } }: { row: AgentRow }) {
  if (recent === undefined) return <Skeleton className="h-2.5 w-12" />;
  if ("why" in recent) return <NotKnown why={recent.why} />;
  if (recent.last_run_at === null) {
    return (
      <span title="No run in the last 14 days" className="text-ink-3">
        none
      </span>
    );
  }
  return <RelativeTime at={recent.last_run_at} style="short" />;
}

/** The share of failed runs of the last 24 hours, and of how many. */
function FailedCell({ row }: { row: AgentRow }) {
  const { recent } = row;
  if (recent === undefined) return <Skeleton className="ml-auto h-2.5 w-12" />;
  if ("why" in recent) return <NotKnown why={recent.why} />;
  const share = failedShare(row);
  if (share === undefined) return <span className="text-ink-3">no runs</span>;
  return (
    <span title={recent.shared}>
      <span className={recent.failed > 0 ? "font-medium text-bad" : undefined}>
        {formatShare(share)}
      </span>
      <span className="block text-xs text-ink-3">
        {recent.failed} of {formatCount(recent.runs)}
        {recent.shared && ", shared"}
      </span>
    </span>
  );
}

function NotKnown({ why }: { why: string }) {
  return (
    <Tooltip text={why}>
      <span className="text-ink-3">not known</span>
    </Tooltip>
  );
}

/** The agent's cost since the first of the month; errors are shown above the list. */
function MonthCell({ row: { month, hasVersions } }: { row: AgentRow }) {
  if (month === undefined) return <Skeleton className="ml-auto h-2.5 w-12" />;
  if (typeof month === "string") return <span className="text-ink-3">{month}</span>;
  const isPriced = month.cost_usd !== null;
  return (
    <span
      title={`${formatCount(month.input_tokens + month.output_tokens)} tokens in all its versions`}
    >
      <span className={isPriced ? undefined : "text-ink-3"}>{formatSpend(month)}</span>
      {isPriced && <TooLowMark of={month.too_low} />}
      {isPriced && hasVersions && <span className="block text-xs text-ink-3">all versions</span>}
    </span>
  );
}
