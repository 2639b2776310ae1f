import { Skeleton } from "@/components/ui/skeleton";
import { formatCount, formatSpend } from "@/lib/format";
import type { AgentRow } from "./agent-rows";

/** What the agent has cost since the first of the month; a failed reading is said above the list. */
export function MonthCell({ row: { month, hasVersions } }: { row: AgentRow }) {
  if (month === undefined) return <Skeleton className="ml-auto h-2.5 w-12" />;
  if (typeof month === "string") return <span className="text-ink-3">{month}</span>;
  const isPriced = month.cost_usd !== null;
  return (
    <span
      title={`${formatCount(month.input_tokens + month.output_tokens)} tokens in all its versions`}
    >
      <span className={isPriced ? undefined : "text-ink-3"}>{formatSpend(month)}</span>
      {isPriced && hasVersions && <span className="block text-xs text-ink-3">all versions</span>}
    </span>
  );
}
