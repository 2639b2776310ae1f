import Link from "next/link";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import { Skeleton } from "@/components/ui/skeleton";
import type { TableColumn } from "@/components/ui/table/table-columns";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status, StatusMark, type StatusTone } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import { CostMark } from "@/components/usage/cost-mark";
import { formatCount, formatProviderName, formatShare, formatSpend } from "@/lib/format";
import { pages } from "@/lib/paths";
import { type AgentRow, failedShare } from "./agent-rows";
import type { AgentFlag } from "./flags";
import { ModelCell, ProviderCell } from "./model-cells";

export const agentColumns: TableColumn<AgentRow>[] = [
  {
    id: "agent",
    header: "Agent",
    value: (row) => row.agent.agent_name,
    width: 144,
    grow: true,
    card: "title",
    fixed: true,
    cell: (row) => <AgentCell row={row} />,
  },
  {
    id: "flags",
    header: "Needs attention",
    value: (row) => row.flags.length,
    largestFirst: true,
    width: 158,
    card: "flag",
    fixed: true,
    cell: (row) => <FlagsCell row={row} />,
  },
  {
    id: "version",
    header: "Version",
    value: (row) => row.agent.version,
    largestFirst: true,
    width: 64,
  },
  {
    id: "provider",
    header: "Provider",
    value: (row) => formatProviderName(row.providerId) || undefined,
    width: 166,
    cell: (row) => <ProviderCell row={row} />,
  },
  {
    id: "model",
    header: "Model",
    value: (row) => row.model?.display_name ?? row.agent.llm_model ?? undefined,
    width: 180,
    grow: true,
    card: "line",
    fixed: true,
    cell: (row) => <ModelCell row={row} />,
  },
  {
    id: "failed",
    header: "Failed, 24 h",
    value: failedShare,
    largestFirst: true,
    width: 94,
    align: "end",
    cell: (row) => <FailedCell row={row} />,
  },
  {
    id: "last-run",
    header: "Last run",
    value: ({ recent }) =>
      (recent && "runs" in recent ? recent.last_run_at : undefined) ?? undefined,
    largestFirst: true,
    width: 82,
    cell: (row) => <LastRunCell row={row} />,
  },
  {
    id: "month",
    header: "This month",
    value: ({ month, newest, agent }) =>
      (newest === agent.version && typeof month === "object" ? month.cost_usd : null) ?? undefined,
    largestFirst: true,
    width: 116,
    align: "end",
    cell: (row) => <MonthCell row={row} />,
  },
  {
    id: "status",
    header: "Status",
    value: (row) => row.agent.status ?? undefined,
    width: 106,
    cell: (row) => <AgentStatus status={row.agent.status} />,
  },
  {
    id: "tools",
    header: "Tools",
    value: (row) => (row.agent.tools === null ? undefined : row.tools.length),
    largestFirst: true,
    width: 58,
    cell: (row) => <ToolsCell row={row} />,
  },
];

function AgentCell({ row: { agent } }: { row: AgentRow }) {
  return (
    <>
      <span className="block truncate">
        <Link
          href={pages.agent(agent.agent_name, agent.version)}
          prefetch={false}
          className="font-medium hover:underline"
        >
          {agent.agent_name}
        </Link>
        <span className="text-ink-3 sm:hidden"> {agent.version}</span>
      </span>
      {agent.description && (
        <span title={agent.description} className="block truncate text-sm text-ink-3 max-sm:hidden">
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
      <span className="block text-xs leading-4 whitespace-normal text-ink-3">not readable</span>
    );
  if (tools.length === 0) return <span className="text-ink-3">none</span>;
  const names = tools.map(({ name, enabled }) => (enabled ? name : `${name} (off)`)).join(", ");
  return (
    <span title={names} className="block truncate">
      {tools.length} <span className="text-ink-3">{names}</span>
    </span>
  );
}

/**
 * The most severe flag, and below it the second one or the number of others. On a phone only the
 * most severe one.
 */
function FlagsCell({ row: { flags } }: { row: AgentRow }) {
  const [worst, second, ...others] = flags;
  if (!worst) return null;
  return (
    <span className="flex flex-col items-start gap-0.5">
      <Flag flag={worst} />
      {second && (
        <span className="flex max-w-full items-center gap-1 max-sm:hidden">
          <Flag flag={second} />
          {others.length > 0 && (
            <span
              title={others.map(({ label }) => label).join(", ")}
              className="text-xs text-ink-3"
            >
              +{others.length}
            </span>
          )}
        </span>
      )}
    </span>
  );
}

function Flag({ flag: { label, detail, tone } }: { flag: AgentFlag }) {
  return (
    <Tooltip text={detail}>
      <Tag tone={tone}>
        <StatusMark tone={tone} />
        {label}
        <span className="sr-only">: {detail}</span>
      </Tag>
    </Tooltip>
  );
}

function LastRunCell({ row: { recent } }: { row: AgentRow }) {
  if (recent === undefined) return <Skeleton className="h-2.5 w-12" />;
  if ("reason" in recent) return <NotKnown reason={recent.reason} />;
  if (recent.last_run_at === null) {
    return (
      <span title="No run in the last 14 days" className="text-ink-3">
        none
      </span>
    );
  }
  return <RelativeTime at={recent.last_run_at} style="short" />;
}

/** The share of failed runs in the last 24 hours, and the number of runs. */
function FailedCell({ row }: { row: AgentRow }) {
  const { recent } = row;
  if (recent === undefined) return <Skeleton className="ml-auto h-2.5 w-12" />;
  if ("reason" in recent) return <NotKnown reason={recent.reason} />;
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

function NotKnown({ reason }: { reason: string }) {
  return (
    <span title={reason} className="text-ink-3">
      not known
    </span>
  );
}

/**
 * The agent's cost since the first of the month, in the row of its newest version only. Errors are
 * shown above the list.
 */
function MonthCell({
  row: {
    month,
    newest,
    agent: { version },
  },
}: {
  row: AgentRow;
}) {
  if (newest !== version) return <span className="text-xs text-ink-3">in {newest}</span>;
  if (month === undefined) return <Skeleton className="ml-auto h-2.5 w-12" />;
  if (typeof month === "string") return <span className="text-ink-3">{month}</span>;
  const isPriced = month.cost_usd !== null;
  return (
    <span title={`${formatCount(month.input_tokens + month.output_tokens)} tokens, all versions`}>
      <span className={isPriced ? undefined : "text-ink-3"}>{formatSpend(month)}</span>
      {isPriced && <CostMark of={month} isShort />}
    </span>
  );
}
