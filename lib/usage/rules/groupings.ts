/** Not in the schema, so that pages don't load the parser. */
export const usageGroupings = ["provider", "model", "agent"] as const;
export type UsageGrouping = (typeof usageGroupings)[number];
