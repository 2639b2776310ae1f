"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { FailureFix } from "@/components/agents/page/lazy-parts";
import { Skeleton } from "@/components/ui/skeleton";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { AgentRecord } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";
import { isInProgress, runQueries } from "./queries";
import { WaitingText } from "./waiting-text";

type Props = { agent: AgentRecord; canWrite: boolean };

/**
 * How the newest run ended, or that it is in progress. Short on a phone, where the trace above
 * gives the reason.
 */
export function LastRunNote({ agent, canWrite }: Props) {
  const { data, error } = useQuery(runQueries.list(agent, {}));
  const run = data?.runs[0];
  // As high as the note, so that the layout doesn't shift when the answer arrives late.
  if (!data && !error) return <Skeleton className="mb-4 h-15 md:h-13" />;
  if (!run) return null;
  const { explained, waiting, status, started_at } = run;
  const link = (
    <Link
      href={pages.agent(agent.agent_name, agent.version, { tab: "runs", run: run.id })}
      prefetch={false}
      scroll={false}
      className="font-semibold underline underline-offset-2"
    >
      Open the run
    </Link>
  );
  if (waiting) {
    return (
      <Note tone="warn" action={link} className="mb-4">
        <WaitingText waiting={waiting} />
      </Note>
    );
  }
  if (isInProgress(status)) {
    return (
      <Note tone="info" title="A run is in progress." action={link} className="mb-4">
        It started <RelativeTime at={started_at} />.
      </Note>
    );
  }
  if (status === "succeeded") {
    return (
      <Note tone="info" action={link} className="mb-4">
        The last run succeeded <RelativeTime at={run.stopped_at ?? started_at} />.
      </Note>
    );
  }
  if (!explained || status === "aborted") return null;
  return (
    <Note
      tone="bad"
      title={
        <>
          The last run failed <RelativeTime at={run.stopped_at ?? started_at} />
          <span className="max-md:hidden">: {explained.title}</span>.
        </>
      }
      action={
        <>
          <span className="flex min-h-6 min-w-28 justify-end max-md:hidden">
            <FailureFix agent={agent} run={run} canWrite={canWrite} isOnOverview />
          </span>
          {link}
        </>
      }
      className="mb-4"
    >
      <span className="max-md:hidden">{explained.fix}</span>
    </Note>
  );
}
