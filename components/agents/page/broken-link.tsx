"use client";

import { useQuery } from "@tanstack/react-query";
import { agentQueries } from "@/components/agents/queries";
import { Skeleton } from "@/components/ui/skeleton";
import { Note } from "@/components/ui/text/note";
import type { AgentRecord, Trace } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import { stepTitles } from "./trace-labels";

/**
 * The trace in one line at the top, because on a phone the trace itself is far down. As high as its
 * skeleton.
 */
export function BrokenLink({ agent }: { agent: AgentRecord }) {
  const { agent_name, version, etag } = agent;
  const { data: trace, error } = useQuery(agentQueries.trace(agent_name, version, etag));
  if (error && !trace) return null;
  return (
    <div className="mb-4 md:hidden">
      {trace ? <Line trace={trace} /> : <Skeleton className="h-15" />}
    </div>
  );
}

function Line({ trace }: { trace: Trace }) {
  const broken = trace.steps.find(({ status }) => status === "broken");
  const link = (
    <a href="#trace" className="font-semibold underline underline-offset-2">
      Trace
    </a>
  );
  if (broken) {
    return (
      <Note
        tone="bad"
        title={`Breaks here: ${stepTitles[broken.step]}.`}
        action={link}
        className="min-h-15"
      >
        {broken.fix}
      </Note>
    );
  }
  const warnings = trace.steps.filter(({ status }) => status === "warning").length;
  return warnings > 0 ? (
    <Note
      tone="warn"
      title={`No link is broken. ${pluralize(warnings, "warning")}.`}
      action={link}
      className="min-h-15"
    />
  ) : (
    <Note
      tone="info"
      title="Nothing that can be seen is broken."
      action={link}
      className="min-h-15"
    />
  );
}
