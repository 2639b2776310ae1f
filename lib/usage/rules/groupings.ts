/** Apart from the schema: the page needs the names and not the parser. */
export const usageGroupings = ["provider", "model", "agent"] as const;
export type UsageGrouping = (typeof usageGroupings)[number];
