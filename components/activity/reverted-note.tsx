"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { StatusMark } from "@/components/ui/text/status";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentRecord, ExternalChange } from "@/lib/agents/schema";
import { changedValues } from "./changed-values";
import { Changes } from "./changes";
import { RollbackDialog } from "./lazy-dialogs";
import { activityQueries } from "./queries";

export type RevertedNoteProps = { agent: AgentRecord; canWrite: boolean };

/** The notice of an external change: both values, when it was noticed, and a rollback. */
export function RevertedNote({ agent, canWrite }: RevertedNoteProps) {
  if (!agent.reverted) return null;
  return <ExternalChangeNote agent={agent} reverted={agent.reverted} canWrite={canWrite} />;
}

function ExternalChangeNote({
  agent,
  reverted,
  canWrite,
}: RevertedNoteProps & { reverted: ExternalChange }) {
  const [isAsking, setAsking] = useState(false);
  const entity = { kind: "agent", id: agentEntityId(agent) } as const;
  const { event_id } = reverted;
  const {
    data: event,
    isError,
    refetch,
    isFetching,
  } = useQuery({
    ...activityQueries.event(entity, event_id ?? ""),
    enabled: event_id !== null,
  });
  return (
    <section
      aria-label="Changed from outside"
      className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md bg-warn-wash px-2.5 py-2 text-sm"
    >
      <div className="min-w-0 flex-1 basis-56 wrap-anywhere">
        <p className="text-warn">
          <StatusMark tone="warn" />{" "}
          <strong className="font-semibold">Changed from outside.</strong> {reverted.set_by} set
          this here <RelativeTime at={reverted.set_at} />; a deploy or someone else has put
          something else over it
          {reverted.noticed_at && (
            <>
              , noticed <RelativeTime at={reverted.noticed_at} />
            </>
          )}
          .
        </p>
        {event && <Changes changes={changedValues(event)} />}
        {isError && <p>What it was before could not be read.</p>}
      </div>
      {isError && (
        <Button size="sm" busy={isFetching} onClick={() => refetch()}>
          Try again
        </Button>
      )}
      {canWrite && event && (
        <Button size="sm" onClick={() => setAsking(true)}>
          Set it back
        </Button>
      )}
      {isAsking && event && (
        <RollbackDialog event={event} isFromOutside onClose={() => setAsking(false)} />
      )}
    </section>
  );
}
