import type { UseQueryResult } from "@tanstack/react-query";
import { errorInWords } from "@/components/ui/text/error-words";
import { RetryNote } from "@/components/ui/text/retry-note";
import type { UsageReport } from "@/lib/usage/schema";

/** Why the month's costs are missing, or older than usual. */
export function MonthNote({ month }: { month: UseQueryResult<UsageReport> }) {
  const { data, error, refetch, isFetching } = month;
  const reason = error ? errorInWords(error).detail : data?.stale_because;
  return (
    <RetryNote
      className="mb-3"
      title={
        data ? "The month's costs are older than usual." : "The month's costs could not be read."
      }
      onRetry={() => refetch()}
      retrying={isFetching}
    >
      {reason}
    </RetryNote>
  );
}
