"use client";

import { RelativeTime, useNow } from "@/components/ui/text/relative-time";

type Props = {
  at: string;
  /** It may end earlier, with the session that signed it. */
  atLatest: boolean;
};

/** "Ends in 11 hours at the latest" or "Ended 2 hours ago", the exact UTC time on hover. */
export function EndTime({ at, atLatest }: Props) {
  const isOver = Date.parse(at) <= useNow();
  return (
    <span suppressHydrationWarning>
      {isOver ? "Ended" : "Ends"} <RelativeTime at={at} />
      {!isOver && atLatest && " at the latest"}
    </span>
  );
}
