/** The dimensions of a metric, by name. */
export type Dimensions = Readonly<Record<string, string>>;

/** An ID of the dimensions that doesn't depend on their order. */
export function dimensionsId(dimensions: Dimensions): string {
  const entries = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(entries);
}
