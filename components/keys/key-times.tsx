"use client";

import { RelativeTime, useNow } from "@/components/ui/text/relative-time";
import { formatClock, formatUtc } from "@/lib/format";

/** "15:47 (in 4 minutes)" in the user's time zone, UTC on hover. Client only. */
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

type ExpiryTimeProps = {
  at: string;
  /** True if the key may end earlier, together with the session that signed it. */
  mayEndEarlier: boolean;
};

/** "Ends in 11 hours at the latest" or "Ended 2 hours ago", with the UTC time on hover. */
export function ExpiryTime({ at, mayEndEarlier }: ExpiryTimeProps) {
  const isExpired = Date.parse(at) <= useNow();
  return (
    <span suppressHydrationWarning>
      {isExpired ? "Ended" : "Ends"} <RelativeTime at={at} />
      {!isExpired && mayEndEarlier && " at the latest"}
    </span>
  );
}
