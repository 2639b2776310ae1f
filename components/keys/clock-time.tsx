"use client";

import { RelativeTime } from "@/components/ui/text/relative-time";
import { exactUtc } from "@/components/ui/text/time-words";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** "15:47 (in 4 minutes)" by the reader's own clock, UTC on hover. Only for what is drawn in the browser. */
export function ClockTime({ at }: { at: string }) {
  return (
    <>
      <time dateTime={at} title={exactUtc(at)} className="font-medium">
        {clock.format(new Date(at))}
      </time>{" "}
      (<RelativeTime at={at} />)
    </>
  );
}
