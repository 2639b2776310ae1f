import Link from "next/link";
import type { MouseEvent } from "react";
import { CallPrices } from "@/components/prices/call-cost";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import type { AgentRecord } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";
import type { Run } from "@/lib/runs/schema";
import { RunFailure } from "./run-failure";
import { formatRunDuration, formatRunFigures, runStatusLabels } from "./run-labels";
import { WaitingText } from "./waiting-text";

type Props = {
  agent: AgentRecord;
  runs: readonly Run[];
  /** Milliseconds since 1970. */
  readAt: number;
  canWrite: boolean;
  lastOpen: string | null;
  onOpen: (id: string) => void;
};

const focus = (element: HTMLElement | null) => element?.focus();
const figure = "px-2 py-2 text-right align-top tabular-nums whitespace-nowrap";

/** Runs with their costs. A failed run shows its cause and fix. */
export function RunsTable({ runs, ...shared }: Props) {
  return (
    <table aria-label="Runs" className="w-full border-t border-line text-left">
      <thead className="text-sm text-ink-3">
        <tr>
          <th className="py-2 pr-2 font-normal">Status</th>
          <th className="px-2 py-2 font-normal">Run</th>
          <th className="px-2 py-2 text-right font-normal max-sm:hidden">Duration</th>
          <th className="px-2 py-2 font-normal max-lg:hidden">Model</th>
          <th className="px-2 py-2 text-right font-normal max-md:hidden">Tokens in</th>
          <th className="px-2 py-2 text-right font-normal max-md:hidden">Tokens out</th>
          <th className="py-2 pl-2 text-right font-normal">Cost</th>
        </tr>
      </thead>
      {runs.map((run) => (
        <RunRow key={`${run.arn} ${run.redrive_count}`} run={run} {...shared} />
      ))}
    </table>
  );
}

type RowProps = Omit<Props, "runs"> & { run: Run };

function RunRow({ run, agent, readAt, canWrite, lastOpen, onOpen }: RowProps) {
  const { label, tone } = runStatusLabels[run.status];
  const { model, input, output, cost } = formatRunFigures(run);
  const { agent_name, version } = agent;
  function open(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(run.id);
  }
  return (
    <tbody className="border-t border-line">
      <tr>
        <td className="py-2 pr-2 align-top">
          <Status tone={tone}>{label}</Status>
        </td>
        <td className="px-2 py-2 align-top">
          <Link
            ref={run.id === lastOpen ? focus : undefined}
            href={pages.agent(agent_name, version, { tab: "runs", run: run.id })}
            prefetch={false}
            scroll={false}
            onClick={open}
            className="font-mono text-sm wrap-anywhere underline decoration-line-strong underline-offset-3 hover:decoration-ink"
          >
            {run.id}
          </Link>
          <span className="block text-sm text-ink-3">
            <RelativeTime at={run.started_at} />
            <span className="sm:hidden"> · {formatRunDuration(run, readAt)}</span>
            <span className="lg:hidden"> · {model}</span>
          </span>
        </td>
        <td className={`${figure} max-sm:hidden`}>{formatRunDuration(run, readAt)}</td>
        <td className="px-2 py-2 align-top font-mono text-sm wrap-anywhere max-lg:hidden">
          {model}
        </td>
        <td className={`${figure} max-md:hidden`}>{input}</td>
        <td className={`${figure} max-md:hidden`}>{output}</td>
        <td className="py-2 pl-2 text-right align-top tabular-nums">
          {cost}
          <CallPrices of={run} />
          {run.too_low && (
            <span className="block text-sm text-ink-3" title={run.too_low}>
              too low
            </span>
          )}
        </td>
      </tr>
      <Remarks run={run} agent={agent} canWrite={canWrite} />
    </tbody>
  );
}

/** A second row below the figures; nothing without remarks. */
function Remarks({ run, agent, canWrite }: Pick<RowProps, "run" | "agent" | "canWrite">) {
  const { explained, waiting, missing } = run;
  if (!explained && !waiting && !missing) return null;
  return (
    <tr>
      <td colSpan={7} className="pb-2.5 text-ink-2">
        {explained && <RunFailure agent={agent} run={run} canWrite={canWrite} />}
        {waiting && (
          <span className="block">
            <WaitingText waiting={waiting} />
          </span>
        )}
        {missing && <span className="block text-sm text-ink-3">{missing}</span>}
      </td>
    </tr>
  );
}
