"use client";

import { RelativeTime } from "@/components/ui/text/relative-time";
import { formatClock, formatUtc } from "@/lib/format";

/** "15:47 (in 4 minutes)" by the reader's own clock, UTC on hover. Only for what is drawn in the browser. */
export function ClockTime({ at }: { at: string }) {
  return (
    <>
      <time dateTime={at} title={formatUtc(at)} className="font-medium">
        {formatClock(at)}
      </time>{" "}
      (<RelativeTime at={at} />)
    </>
  );
}
