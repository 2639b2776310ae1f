import { addStatistics, type Metric, type MetricStore, type Point, valuesOf } from "./metric-store";
import { invalidValue, type Query } from "./requests";

const day = 24 * 3600;

/** Values by the start of their period, in seconds since 1970. */
export type Series = ReadonlyMap<number, number>;

const statistics: Record<string, (point: Point) => number> = {
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
  SampleCount: ({ count }) => count,
};

/** A function of a period's data; null for a name that isn't a statistic of this endpoint. */
export function statisticOf(name: string): ((point: Point) => number | null) | null {
  if (Object.hasOwn(statistics, name)) return statistics[name] ?? null;
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1];
  if (percent === undefined || Number(percent) > 100) return null;
  return (point) => percentileOf(point, Number(percent));
}

/**
 * The smallest value that at least this share of the data doesn't exceed. There is none for statistic
 * sets and negative values (API reference, GetMetricStatistics).
 */
function percentileOf(point: Point, percent: number): number | null {
  const values = valuesOf(point)?.toSorted(([a], [b]) => a - b);
  if (!values || point.minimum < 0) return null;
  const rank = (percent / 100) * point.count;
  let seen = 0;
  for (const [value, count] of values) {
    seen += count;
    // Sums of fractions such as 0.1 are inexact.
    if (seen >= rank - 1e-9) return value;
  }
  return point.maximum;
}

/**
 * The resolution at which CloudWatch retains data of this age: a minute for 15 days, 5 minutes for
 * 63, an hour for 455 (user guide, "Metrics retention"); Infinity once it is deleted. In seconds.
 */
function retainedResolution(age: number): number {
  if (age <= 15 * day) return 60;
  if (age <= 63 * day) return 300;
  return age <= 455 * day ? 3600 : Number.POSITIVE_INFINITY;
}

type Range = { start: number; end: number };

/** A statistic of a metric by period; `start` is rounded down to the retained resolution. */
export async function statisticSeries(
  store: MetricStore,
  { Metric, Period, Stat }: NonNullable<Query["MetricStat"]>,
  range: Range,
): Promise<Series> {
  const statistic = statisticOf(Stat);
  if (!statistic) throw invalidValue(`The statistic ${Stat} is not known to the local CloudWatch.`);
  const periods = await periodPoints(store, { Metric, Period }, range);
  return new Map(
    periods.flatMap((point) => {
      const value = statistic(point);
      return value === null ? [] : [[point.at, value]];
    }),
  );
}

/** A metric's data by period, for the periods that have some. */
export async function periodPoints(
  store: MetricStore,
  { Metric, Period }: { Metric: Metric; Period: number },
  { start, end }: Range,
): Promise<Point[]> {
  if (Period % 60 !== 0 && ![1, 5, 10, 20, 30].includes(Period))
    throw invalidValue(
      `The parameter Period ${Period} must be 1, 5, 10, 20, 30, or a multiple of 60.`,
    );
  const now = Date.now() / 1000;
  const rounding = Math.min(retainedResolution(now - start), 3600);
  const first = Math.floor(start / rounding) * rounding;
  const periods = new Map<number, Point>();
  for (const point of await store.points(Metric, first, end)) {
    // A period that is finer than the retained resolution gets no data.
    const resolution = retainedResolution(now - point.at);
    if (resolution > 60 && Period % resolution !== 0) continue;
    const at = first + Math.floor((point.at - first) / Period) * Period;
    const earlier = periods.get(at);
    periods.set(at, { ...(earlier ? addStatistics(earlier, point) : point), at });
  }
  return [...periods.values()];
}
