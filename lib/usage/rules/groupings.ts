/** Not in the schema, so that pages need not load the parser. */
export const usageGroupings = ["provider", "model", "agent"] as const;
export type UsageGrouping = (typeof usageGroupings)[number];
