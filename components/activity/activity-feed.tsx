"use client";

import type { ActivityEvent } from "@/lib/activity/schema";
import { formatLongDay } from "@/lib/format";
import { EventItem } from "./event-item";
import { canBringBack, WayBack } from "./way-back";

export type ActivityFeedProps = {
  events: readonly ActivityEvent[];
  onOperation: (id: string) => void;
  /** Asks whether what is gone is to come back; absent for who may not. */
  onBringBack?: (event: ActivityEvent) => void;
};

/** Events under the day that they happened on, newest first. */
export function ActivityFeed({ events, onOperation, onBringBack }: ActivityFeedProps) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      {byDay(events).map(([day, ofDay]) => (
        <section key={day} aria-label={formatLongDay(day)}>
          <h2 className="sticky top-0 border-b border-line bg-sunken px-4 py-1.5 text-sm font-medium text-ink-2 first:rounded-t-lg max-md:top-12">
            {formatLongDay(day)}
          </h2>
          <ol className="px-4">
            {ofDay.map((event) => (
              <EventItem
                key={event.event_id}
                event={event}
                onOperation={onOperation}
                action={
                  onBringBack &&
                  canBringBack(event) && <WayBack event={event} onRollBack={onBringBack} />
                }
              />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** The events in their order, gathered by their day in UTC. */
function byDay(events: readonly ActivityEvent[]): [string, ActivityEvent[]][] {
  const days = new Map<string, ActivityEvent[]>();
  for (const event of events) {
    const day = event.at.slice(0, 10);
    const known = days.get(day);
    if (known) known.push(event);
    else days.set(day, [event]);
  }
  return [...days];
}
