import { Skeleton } from "@/components/ui/skeleton";
import type { AgentRow } from "./agent-rows";
import { usd } from "./cost-words";

/** What the agent has cost since the first of the month; a failed reading is said above the list. */
export function MonthCell({ row: { month, hasVersions } }: { row: AgentRow }) {
  if (month === undefined) return <Skeleton className="ml-auto h-2.5 w-12" />;
  if (typeof month === "string") return <span className="text-ink-3">{month}</span>;
  const { cost_usd, unpriced_tokens, input_tokens, output_tokens } = month;
  const tokens = `${(input_tokens + output_tokens).toLocaleString("en-US")} tokens in all its versions`;
  return (
    <span title={tokens}>
      {cost_usd === null ? (
        <span className="text-ink-3">not priced</span>
      ) : (
        <>
          {unpriced_tokens > 0 && "at least "}
          {usd(cost_usd)}
          {hasVersions && <span className="block text-xs text-ink-3">all versions</span>}
        </>
      )}
    </span>
  );
}
