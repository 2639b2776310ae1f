import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { errorInWords } from "@/components/ui/error-words";
import { Note } from "@/components/ui/note";
import type { UsageReport } from "@/lib/usage/schema";

/** Why the month's costs are missing, or older than usual. */
export function MonthNote({ month }: { month: UseQueryResult<UsageReport> }) {
  const { data, error, refetch, isFetching } = month;
  const reason = error ? errorInWords(error).detail : data?.stale_because;
  return (
    <Note
      tone="warn"
      live
      className="mb-3"
      title={
        data ? "The month's costs are older than usual." : "The month's costs could not be read."
      }
      action={
        <Button size="sm" busy={isFetching} onClick={() => refetch()}>
          Try again
        </Button>
      }
    >
      {reason}
    </Note>
  );
}
