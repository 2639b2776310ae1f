import "server-only";
import type { ModelsWithNotes } from "@/lib/models/reference-service";
import { resolveModels } from "./price-service";
import { readUsageSeries } from "./reading-service";
import { usageGroupings } from "./rules/groupings";
import { groupUsage } from "./rules/report";
import { usageWindow } from "./rules/window";
import type { UsageGroup } from "./schema";

export type DailyUsage = {
  /** When CloudWatch was asked, milliseconds since 1970. */
  asked: number;
  /** Why that is not just now. */
  stale_because: string | null;
  /** The same usage by day, in each grouping. */
  by: Record<(typeof usageGroupings)[number], UsageGroup[]>;
};

/**
 * Tokens and cost by day in UTC, in every grouping, from one reading of CloudWatch.
 * @param from more than two weeks ago, milliseconds since 1970: periods are days only from there on
 * @param registered the models of the table, when they are being read already
 * @throws AppError `aws_unavailable` when CloudWatch gives no answer and gave none before
 */
export async function readDailyUsage(
  from: number,
  registered?: Promise<ModelsWithNotes>,
): Promise<DailyUsage> {
  const wanted = usageWindow({ from: new Date(from).toISOString() }, Date.now());
  const { reading, staleBecause } = await readUsageSeries(wanted);
  const { window, series, begun } = reading;
  const findModel = await resolveModels(series, registered);
  const priced = series.map((entry) => ({ ...entry, model: findModel(entry.dimensions) }));
  const groups = usageGroupings.map((grouping) => [
    grouping,
    groupUsage(priced, window, grouping, {}).groups,
  ]);
  // One entry a grouping, by the line above.
  const by = Object.fromEntries(groups) as DailyUsage["by"];
  return { asked: begun, stale_because: staleBecause, by };
}
