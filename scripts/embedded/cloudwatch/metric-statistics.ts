import type { JsonObject } from "../json";
import { Timestamp } from "../timestamp";
import { canonicalMetric, type MetricStore } from "./metric-store";
import { invalidCombination, invalidValue, type Requests } from "./requests";
import { periodPoints, statisticOf } from "./series";

const maxDatapoints = 1440;

/** Statistics of one metric (API reference, GetMetricStatistics). */
export async function getMetricStatistics(
  store: MetricStore,
  request: Requests["GetMetricStatistics"],
): Promise<JsonObject> {
  const { StartTime: start, EndTime: end, Period, Unit = "None" } = request;
  checkStatistics(request);
  if (start === end)
    throw invalidValue("The parameter StartTime must not equal parameter EndTime.");
  if (start > end)
    throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  const requested = Math.floor((end - start) / Period);
  if (requested > maxDatapoints)
    throw invalidCombination(
      `You have requested up to ${requested.toLocaleString("en-US")} datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  const { Statistics = [], ExtendedStatistics = [] } = request;
  const points = await periodPoints(
    store,
    { Metric: canonicalMetric(request), Period },
    { start, end },
  );
  const Datapoints = points.flatMap((point) => {
    const of = (names: readonly string[]) =>
      names.flatMap((name): [string, number][] => {
        const value = statisticOf(name)?.(point) ?? null;
        return value === null ? [] : [[name, value]];
      });
    const extended = of(ExtendedStatistics);
    if (ExtendedStatistics.length > 0 && extended.length === 0) return [];
    return {
      Timestamp: new Timestamp(point.at),
      Unit,
      ...Object.fromEntries(of(Statistics)),
      ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
    };
  });
  return { Label: request.MetricName, Datapoints };
}

function checkStatistics(request: Requests["GetMetricStatistics"]): void {
  const { Statistics, ExtendedStatistics } = request;
  if (!Statistics && !ExtendedStatistics)
    throw invalidCombination(
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  if (Statistics && ExtendedStatistics)
    throw invalidCombination(
      "The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.",
    );
  const wrong = ExtendedStatistics?.find((name) => !isPercentile(name));
  if (wrong !== undefined)
    throw invalidValue(
      `The value ${wrong} for parameter ExtendedStatistics is not supported: the local CloudWatch knows percentiles from p0 to p100.`,
    );
}

export function isPercentile(name: string): boolean {
  return name.startsWith("p") && statisticOf(name) !== null;
}
