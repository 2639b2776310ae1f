"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import type { AgentRecord } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";
import { isInProgress, runQueries } from "./queries";
import { FailureFix } from "./run-failure";
import { WaitingText } from "./runs-table";

type Props = { agent: AgentRecord; canWrite: boolean };

/** Reports that the newest run failed, waits or is in progress; nothing if it succeeded. */
export function LastRunNote({ agent, canWrite }: Props) {
  const { data } = useQuery(runQueries.list(agent, {}));
  const run = data?.runs[0];
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
  if (!explained || status === "aborted") return null;
  return (
    <Note
      tone="bad"
      title={
        <>
          The last run failed <RelativeTime at={run.stopped_at ?? started_at} />: {explained.title}.
        </>
      }
      action={
        <>
          <FailureFix agent={agent} run={run} canWrite={canWrite} isOnOverview />
          {link}
        </>
      }
      className="mb-4"
    >
      {explained.fix}
    </Note>
  );
}
