"use client";

import type { ActivityEvent } from "@/lib/activity/schema";
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
        <section key={day} aria-label={dayInWords(day)}>
          <h2 className="sticky top-0 border-b border-line bg-sunken px-4 py-1.5 text-sm font-medium text-ink-2 first:rounded-t-lg max-md:top-12">
            {dayInWords(day)}
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

const weekdays = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const months =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** "Sunday 22 November 2026". Not by Intl: the server's and the browser's commas differ. */
function dayInWords(day: string): string {
  const date = new Date(day);
  if (Number.isNaN(date.getTime())) return day;
  const weekday = weekdays[date.getUTCDay()];
  return `${weekday} ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}
