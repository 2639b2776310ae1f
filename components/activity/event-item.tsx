import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { CopyButton } from "@/components/ui/text/copy-button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import type { ActivityEvent } from "@/lib/activity/schema";
import { Changes, RowSnapshot } from "./changes";
import { formatActor, outcomeLabels } from "./event-labels";
import { describeEvent } from "./event-sentence";
import { EventEvidence } from "./trial-sentence";

export type EventItemProps = {
  event: ActivityEvent;
  /** On the entity's own page the sentence leaves out the entity, and there is less space. */
  isOwnPage?: boolean;
  /** Opens the operation that the event belongs to. */
  onOperation?: (id: string) => void;
  /** A button such as Roll back. */
  action?: ReactNode;
};

/** One event as a sentence, with the values that it changed. */
export function EventItem(props: EventItemProps) {
  const { event, isOwnPage = false, onOperation, action } = props;
  const { sentence, rest, snapshot } = describeEvent(event, isOwnPage);
  const time = <RelativeTime at={event.at} className="text-ink-3" />;
  const origin = <Origin event={event} onOperation={onOperation} />;
  return (
    <li
      className={classNames(
        "grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-0.5 border-t border-line py-2.5 first:border-t-0",
        !isOwnPage && "sm:grid-cols-[6.5rem_minmax(0,1fr)]",
      )}
    >
      {!isOwnPage && time}
      <div className="min-w-0">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
          <p className="min-w-0 flex-1 basis-56 wrap-anywhere">
            <span className="font-medium">{formatActor(event)}</span>{" "}
            {event.outcome === "refused" && "tried, and was refused: "}
            {sentence}
            {(event.action === "agent.reverted" || event.action === "model.reverted") && (
              <>
                {" "}
                <Tag tone="warn">From outside</Tag>
              </>
            )}
          </p>
          {!isOwnPage && origin}
          {action}
        </div>
        <Outcome event={event} />
        <Changes changes={rest} />
        {snapshot && <RowSnapshot changes={snapshot} isDeleted={event.after === null} />}
        {event.reason && (
          <p className="mt-1">
            {event.action !== "model.reverted" && (
              <span className="text-ink-3">Went ahead because: </span>
            )}
            {event.reason}
          </p>
        )}
        <EventEvidence event={event} />
        {isOwnPage && (
          <div className="mt-0.5 flex flex-wrap items-center gap-x-3 text-sm">
            {time}
            {origin}
          </div>
        )}
      </div>
    </li>
  );
}

function Outcome({ event: { outcome } }: { event: ActivityEvent }) {
  if (outcome === "done") return null;
  const { tone, label, detail } = outcomeLabels[outcome];
  return (
    <p>
      <Status tone={tone} className="font-medium">
        {label}.
      </Status>{" "}
      <span className="text-ink-2">{detail}</span>
    </p>
  );
}

function Origin({ event, onOperation }: Pick<EventItemProps, "event" | "onOperation">) {
  const { request_id, operation_id } = event;
  if (!request_id && !operation_id) return null;
  return (
    <p className="flex min-h-5 flex-wrap items-center gap-x-3 text-sm text-ink-3">
      {operation_id && onOperation && (
        <button
          type="button"
          onClick={() => onOperation(operation_id)}
          className="rounded-sm underline decoration-line-strong underline-offset-3 hover:text-ink hover:decoration-current"
        >
          Part of an operation
        </button>
      )}
      {request_id && (
        <span className="inline-flex items-center">
          Request <span className="ml-1 font-mono">{request_id.slice(0, 8)}</span>
          <CopyButton value={request_id} what="request ID" className="-my-1" />
        </span>
      )}
    </p>
  );
}
