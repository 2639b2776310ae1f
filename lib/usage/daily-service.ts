import "server-only";
import type { ModelsWithNotes } from "@/lib/models/reference-service";
import { readPricedUsage } from "./priced-usage-service";
import { usageGroupings } from "./rules/groupings";
import { groupUsage } from "./rules/report";
import { usageWindow } from "./rules/window";
import type { UsageGroup } from "./schema";

export type DailyUsage = {
  /** When CloudWatch was queried, milliseconds since 1970. */
  requestedAt: number;
  /** Why that isn't now, if CloudWatch failed. */
  stale_because: string | null;
  /** The same usage in each grouping. */
  by: Record<(typeof usageGroupings)[number], UsageGroup[]>;
};

/**
 * Tokens and cost by day in UTC, in every grouping, from one reading of CloudWatch.
 * @param from more than two weeks ago, in milliseconds since 1970: shorter ranges have hourly periods
 * @param registered the models, if the caller reads them already
 * @throws AppError `aws_unavailable` if CloudWatch has never answered
 */
export async function readDailyUsage(
  from: number,
  registered?: Promise<ModelsWithNotes>,
): Promise<DailyUsage> {
  const requested = usageWindow({ from: new Date(from).toISOString() }, Date.now());
  const { series, startedAt, staleBecause } = await readPricedUsage(requested, registered);
  const groups = usageGroupings.map((grouping) => [
    grouping,
    groupUsage(series, grouping, {}).groups,
  ]);
  // The line above makes one entry per grouping.
  const by = Object.fromEntries(groups) as DailyUsage["by"];
  return { requestedAt: startedAt, stale_because: staleBecause, by };
}
