import type { UsageGroup, UsageReport } from "@/lib/usage/schema";

/** The chart shows cost, or tokens if nothing is priced. */
export type Measure = "cost" | "tokens";

/** The most groups with a band of their own. Others share one band. */
const maxGroups = 6;
const hues = [264, 155, 70, 25, 320, 205];
const othersKey = "other";

/** This lightness is readable in light and dark mode. */
export const colorAt = (index: number) => `oklch(0.62 0.13 ${hues[index % hues.length]})`;
const othersColor = "oklch(0.62 0.01 260)";

export type Band = { key: string; name: string; color: string };
/** Start of a period (milliseconds since 1970), and the value of each band by index. */
export type Slice = { at: number; values: number[] };

/** The color of each group in the chart and the table. */
export function colorsOf(groups: readonly UsageGroup[]): Map<string, string> {
  return new Map(
    groups.map(({ key }, index) => [key, index < maxGroups ? colorAt(index) : othersColor]),
  );
}

/** All periods of the report, empty ones included, with the value of each band. */
export function chartOf(report: UsageReport, measure: Measure): { bands: Band[]; slices: Slice[] } {
  const { groups, period_seconds } = report;
  const drawn = groups.slice(0, maxGroups);
  const rest = groups.slice(maxGroups);
  const bands = drawn.map(({ key, name }, index) => ({ key, name, color: colorAt(index) }));
  if (rest.length > 0) {
    bands.push({ key: othersKey, name: `${rest.length} others`, color: othersColor });
  }
  const start = Date.parse(report.from);
  const step = period_seconds * 1000;
  const slices = Array.from(
    { length: (Date.parse(report.to) - start) / step },
    (_, index): Slice => ({ at: start + index * step, values: bands.map(() => 0) }),
  );
  groups.forEach(({ series }, index) => {
    const band = Math.min(index, maxGroups);
    for (const point of series) {
      const slice = slices[(Date.parse(point.at) - start) / step];
      if (!slice) continue;
      const tokens = point.input_tokens + point.output_tokens;
      const value = measure === "cost" ? (point.cost_usd ?? 0) : tokens;
      slice.values[band] = (slice.values[band] ?? 0) + value;
    }
  });
  return { bands, slices };
}
