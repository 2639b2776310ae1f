"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral } from "nuqs/server";
import { Card } from "@/components/ui/card";
import { Segmented } from "@/components/ui/form/segmented";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { useUrlState } from "@/components/ui/url-state";
import type { AgentKey } from "@/lib/agents/schema";
import { formatCount, formatPeriodStart, formatShare } from "@/lib/format";
import type { AgentHealth } from "@/lib/run-health/schema";
import { type HealthMark, type HealthSlice, healthMarks, healthSlices } from "./chart-data";
import { HealthChart } from "./health-chart";
import { healthQuery, healthRanges } from "./queries";
import { SinceSwitch } from "./since-switch";

/** Refetch interval. */
const everyMs = 30_000;
const rangeLabels = { "24h": "24 hours", "7d": "7 days", "30d": "30 days" };
const parsers = { health: parseAsStringLiteral(healthRanges).withDefault("7d") };

type Props = { agent: AgentKey & { etag: string }; canWrite: boolean };

/** An agent's runs over time, and the effect of its last switch. */
export function HealthCard({ agent, canWrite }: Props) {
  const [{ health: range }, setState] = useUrlState(parsers);
  const { agent_name, version, etag } = agent;
  const query = useQuery({
    ...healthQuery(agent_name, version, range, etag),
    refetchInterval: everyMs,
  });
  return (
    <Card
      title="Runs over time"
      action={
        <Segmented
          label="Range"
          value={range}
          options={healthRanges.map((value) => ({ value, label: rangeLabels[value] }))}
          onChange={(value) => setState({ health: value })}
        />
      }
    >
      <QueryBoundary
        query={query}
        skeleton={
          <Loading label="Loading the runs over time">
            <Skeleton className="h-48 w-full" />
          </Loading>
        }
        errorTitle="The runs over time could not be read"
      >
        {(health) => (
          <div
            aria-busy={query.isPlaceholderData}
            className={query.isPlaceholderData ? "opacity-60" : undefined}
          >
            <HealthFigures
              health={health}
              span={rangeLabels[range]}
              agent={agent}
              canWrite={canWrite}
            />
          </div>
        )}
      </QueryBoundary>
    </Card>
  );
}

type FiguresProps = { health: AgentHealth; span: string; agent: AgentKey; canWrite: boolean };

/** The chart, its table, and the comparison of before and after the switch. */
export function HealthFigures({ health, span, agent, canWrite }: FiguresProps) {
  const slices = healthSlices(health);
  const marks = healthMarks(health);
  return (
    <>
      {health.as_of !== null && health.series.length === 0 && (
        <p className="text-ink-3">No runs ended in the last {span}.</p>
      )}
      {health.series.length > 0 && (
        <>
          <Totals slices={slices} />
          <HealthChart slices={slices} marks={marks} period={health.period_seconds} />
        </>
      )}
      <Marks marks={marks} />
      {health.series.length > 0 && <Figures slices={slices} period={health.period_seconds} />}
      {health.since_switch && (
        <SinceSwitch agent={agent} comparison={health.since_switch} canWrite={canWrite} />
      )}
      <Notes notes={health.notes} />
    </>
  );
}

function Totals({ slices }: { slices: readonly HealthSlice[] }) {
  const sum = (key: "succeeded" | "failed" | "aborted") =>
    slices.reduce((total, slice) => total + slice[key], 0);
  const [succeeded, failed, aborted] = [sum("succeeded"), sum("failed"), sum("aborted")];
  const judged = succeeded + failed;
  return (
    <p className="mb-1 flex flex-wrap gap-x-4 text-sm">
      <span className="text-good">✓ {formatCount(succeeded)} succeeded</span>
      <span className={failed > 0 ? "font-medium text-bad" : "text-ink-3"}>
        ✗ {formatCount(failed)} failed{failed > 0 && ` (${formatShare(failed / judged)})`}
      </span>
      {aborted > 0 && <span className="text-ink-3">■ {formatCount(aborted)} stopped</span>}
    </p>
  );
}

/** The changes that the chart marks with numbered lines. */
function Marks({ marks }: { marks: readonly HealthMark[] }) {
  if (marks.length === 0) return null;
  return (
    <ol aria-label="Changes in this range" className="mt-2 flex flex-col gap-0.5 text-sm">
      {marks.map(({ event_id, number, at, what }) => (
        <li key={event_id} className="wrap-anywhere">
          <span className="text-ink-3">{number}.</span> {what},{" "}
          <span className="text-ink-3">
            <RelativeTime at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}

const cell = "px-2 py-1 text-right whitespace-nowrap first:text-left";

function Figures({ slices, period }: { slices: readonly HealthSlice[]; period: number }) {
  const used = slices.filter(({ succeeded, failed, aborted }) => succeeded + failed + aborted > 0);
  return (
    <details className="mt-2 text-sm">
      <summary className="w-fit rounded-sm text-ink-3 hover:text-ink">Figures by period</summary>
      <ScrollRegion label="Runs by period, figures" className="max-h-72 overflow-auto">
        <table aria-label="Runs by period" className="w-full">
          <thead className="sticky top-0 bg-panel text-ink-3">
            <tr>
              {["From (UTC)", "Succeeded", "Failed", "Stopped"].map((name) => (
                <th key={name} scope="col" className={cell}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {used.map(({ at, succeeded, failed, aborted }) => (
              <tr key={at} className="border-t border-line">
                <th scope="row" className={`${cell} font-normal`}>
                  {formatPeriodStart(at, period)}
                </th>
                <td className={cell}>{formatCount(succeeded)}</td>
                <td className={cell}>{formatCount(failed)}</td>
                <td className={cell}>{formatCount(aborted)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul
      aria-label="What these figures do not know"
      className="mt-3 list-disc pl-4 text-sm text-ink-3"
    >
      {notes.map((note) => (
        <li key={note} className="wrap-anywhere">
          {note}
        </li>
      ))}
    </ul>
  );
}
