import { addStatistics, type MetricStore, type Point } from "./metric-store";
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

/**
 * The resolution at which CloudWatch retains data of this age: a minute for 15 days, 5 minutes for
 * 63, an hour for 455 (user guide, "Metrics retention"); Infinity once it is deleted. In seconds.
 */
function retainedResolution(age: number): number {
  if (age <= 15 * day) return 60;
  if (age <= 63 * day) return 300;
  return age <= 455 * day ? 3600 : Number.POSITIVE_INFINITY;
}

/** A statistic of a metric by period; `start` is rounded down to the retained resolution. */
export async function statisticSeries(
  store: MetricStore,
  { Metric, Period, Stat }: NonNullable<Query["MetricStat"]>,
  { start, end }: { start: number; end: number },
): Promise<Series> {
  const statistic = Object.hasOwn(statistics, Stat) ? statistics[Stat] : undefined;
  if (!statistic) throw invalidValue(`The statistic ${Stat} is not known to the local CloudWatch.`);
  if (Period % 60 !== 0 && ![1, 5, 10, 20, 30].includes(Period))
    throw invalidValue(`The period ${Period} must be 1, 5, 10, 20, 30, or a multiple of 60.`);
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
  return new Map([...periods].map(([at, point]) => [at, statistic(point)]));
}
