"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { RollbackDialog } from "@/components/activity/lazy-dialogs";
import { activityQueries } from "@/components/activity/queries";
import { Button } from "@/components/ui/form/button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { CostMark } from "@/components/usage/cost-mark";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { formatCount, formatDuration, formatMoney, formatShare } from "@/lib/format";
import type { SinceSwitch as Comparison, RunSide } from "@/lib/run-health/schema";

const verdictLabels: Record<NonNullable<Comparison["verdict"]>, string> = {
  too_few_runs: "Too few runs to compare: each side needs 10.",
  more_failures: "More runs fail than before the switch.",
  fewer_failures: "Fewer runs fail than before the switch.",
  similar: "About as many runs fail as before the switch.",
};

type Props = { agent: AgentKey; comparison: Comparison; canWrite: boolean };

/** The runs before and after the last switch, and a button that reverts it. */
export function SinceSwitch({ agent, comparison, canWrite }: Props) {
  const { at, from, to, before, after, verdict } = comparison;
  const isWorse = verdict === "more_failures";
  return (
    <section aria-label="Since the last switch" className="mt-4 border-t border-line pt-3">
      <div className="mb-1.5 flex flex-wrap items-start justify-between gap-2">
        <h3 className="font-semibold">
          Since the switch <RelativeTime at={at} />
        </h3>
        {canWrite && <SetBack agent={agent} event_id={comparison.event_id} />}
      </div>
      {verdict && (
        <p className={isWorse ? "mb-1.5 font-medium text-bad" : "mb-1.5 text-ink-2"}>
          {verdictLabels[verdict]}
        </p>
      )}
      <table aria-label="Runs before and after the switch" className="w-full table-fixed text-sm">
        <thead>
          <tr className="align-top">
            <td className="w-28" />
            <Model when="Before" name={from.model_id} />
            <Model when="Since" name={to.model_id} />
          </tr>
        </thead>
        <tbody>
          <Figures name="Runs" of={({ runs }) => formatCount(runs)} {...{ before, after }} />
          <Figures name="Failed" of={formatFailed} {...{ before, after }} />
          <Figures
            name="Median time"
            of={(side) => perRun(side, side.median_ms, formatDuration)}
            {...{ before, after }}
          />
          <Figures
            name="Cost per run"
            of={(side) => perRun(side, side.cost_per_run_usd, formatMoney)}
            mark={(side) => <CostMark of={side} />}
            {...{ before, after }}
          />
        </tbody>
      </table>
    </section>
  );
}

function Model({ when, name }: { when: string; name: string | null }) {
  return (
    <th scope="col" className="py-1 pl-2 text-right font-medium wrap-anywhere">
      <span className="font-normal text-ink-3">{when}:</span> {name ?? "no model"}
    </th>
  );
}

type FiguresProps = Pick<Comparison, "before" | "after"> & {
  name: string;
  of: (side: RunSide) => string | null;
  mark?: (side: RunSide) => ReactNode;
};

/** One figure before and after the switch. */
function Figures({ name, of, mark, before, after }: FiguresProps) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1 text-left font-normal text-ink-3">
        {name}
      </th>
      <Figure mark={before && mark?.(before)}>{before && of(before)}</Figure>
      <Figure mark={after && mark?.(after)}>{after && of(after)}</Figure>
    </tr>
  );
}

function Figure({ children, mark }: { children: string | null; mark: ReactNode }) {
  return (
    <td className="py-1 pl-2 text-right">
      {children ?? <span className="text-ink-3">not known</span>}
      {mark}
    </td>
  );
}

function formatFailed({ runs, failed }: RunSide): string {
  return runs === 0 ? "–" : `${formatCount(failed)} (${formatShare(failed / runs)})`;
}

/** Null if unknown. */
function perRun({ runs }: RunSide, value: number | null, format: (value: number) => string) {
  if (runs === 0) return "–";
  return value === null ? null : format(value);
}

function SetBack({ agent, event_id }: { agent: AgentKey; event_id: string }) {
  const [isAsking, setAsking] = useState(false);
  const entity = { kind: "agent", id: agentEntityId(agent) } as const;
  const { data: event } = useQuery({
    ...activityQueries.event(entity, event_id),
    enabled: isAsking,
  });
  return (
    <>
      <Button size="sm" busy={isAsking && !event} onClick={() => setAsking(true)}>
        Set it back
      </Button>
      {isAsking && event && <RollbackDialog event={event} onClose={() => setAsking(false)} />}
    </>
  );
}
