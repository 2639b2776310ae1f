"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { RollbackDialog } from "@/components/activity/lazy-dialogs";
import { activityQueries } from "@/components/activity/queries";
import { Button } from "@/components/ui/form/button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { formatCount, formatDuration, formatMoney, formatShare } from "@/lib/format";
import type { SinceSwitch as Comparison, RunSide } from "@/lib/run-health/schema";

const verdictWords: Record<NonNullable<Comparison["verdict"]>, string> = {
  too_few_runs: "Too few runs to compare: each side needs 10.",
  more_failures: "More runs fail than before the switch.",
  fewer_failures: "Fewer runs fail than before the switch.",
  similar: "About as many runs fail as before the switch.",
};

type Props = { agent: AgentKey; comparison: Comparison; canWrite: boolean };

/** The runs before and after the last switch, and the way back. */
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
          {verdictWords[verdict]}
        </p>
      )}
      <div className="overflow-x-auto">
        <table aria-label="Runs before and after the switch" className="w-full text-sm">
          <thead className="text-ink-3">
            <tr>
              <th scope="col" className={`${cell} text-left`}>
                Model
              </th>
              <th scope="col" className={cell}>
                Runs
              </th>
              <th scope="col" className={cell}>
                Failed
              </th>
              <th scope="col" className={cell}>
                Median time
              </th>
              <th scope="col" className={cell}>
                Cost per run
              </th>
            </tr>
          </thead>
          <tbody>
            <Side when="Before" model={from.model_id} side={before} />
            <Side when="Since" model={to.model_id} side={after} />
          </tbody>
        </table>
      </div>
    </section>
  );
}

const cell = "px-2 py-1 text-right font-medium whitespace-nowrap first:pl-0";

function Side({ when, model, side }: { when: string; model: string | null; side: RunSide | null }) {
  return (
    <tr className="border-t border-line">
      <th scope="row" className="min-w-36 py-1 pr-2 text-left font-normal wrap-anywhere">
        <span className="text-ink-3">{when}:</span> {model ?? "no model"}
      </th>
      <Figure>{side && formatCount(side.runs)}</Figure>
      <Figure>{side && failedWords(side)}</Figure>
      <Figure>{side && perRun(side, side.median_ms, formatDuration)}</Figure>
      <Figure>{side && perRun(side, side.cost_per_run_usd, formatMoney)}</Figure>
    </tr>
  );
}

function Figure({ children }: { children: string | null }) {
  return (
    <td className={`${cell} font-normal`}>
      {children ?? <span className="text-ink-3">not known</span>}
    </td>
  );
}

function failedWords({ runs, failed }: RunSide): string {
  return runs === 0 ? "–" : `${formatCount(failed)} (${formatShare(failed / runs)})`;
}

/** Null where it isn't known. */
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
