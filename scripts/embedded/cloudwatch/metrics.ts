import type { JsonObject } from "../json";
import { canonicalMetric, type Metric, type MetricStore, type Point } from "./metric-store";
import {
  type Datum,
  invalidCombination,
  invalidToken,
  invalidValue,
  type Requests,
} from "./requests";

const hour = 3600;
const twoWeeks = 14 * 24 * hour;
const metricsPerPage = 500;

const nowSeconds = () => Date.now() / 1000;

/**
 * Stores data; throws InvalidParameterValueException for times more than two weeks in the past or
 * two hours in the future, as AWS does (API reference, PutMetricData).
 */
export async function putMetricData(
  store: MetricStore,
  { Namespace, MetricData }: Requests["PutMetricData"],
): Promise<JsonObject> {
  const now = nowSeconds();
  const entries = MetricData.map((datum, index) => {
    const at = datum.Timestamp ?? now;
    const member = `MetricData.member.${index + 1}`;
    if (at < now - twoWeeks)
      throw invalidValue(
        `The parameter ${member}.Timestamp must specify a time no more than two weeks in the past.`,
      );
    if (at > now + 2 * hour)
      throw invalidValue(
        `The parameter ${member}.Timestamp must specify a time within two hours of the current time.`,
      );
    return entryOf(Namespace, datum, at, member);
  });
  await store.add(entries);
  return {};
}

/** Stores data of any age, for sample data only; AWS's API has no such operation. */
export async function backfillMetricData(
  store: MetricStore,
  { Namespace, MetricData }: Requests["PutMetricData"],
): Promise<void> {
  const now = nowSeconds();
  await store.add(
    MetricData.map((datum, index) =>
      entryOf(Namespace, datum, datum.Timestamp ?? now, `MetricData.member.${index + 1}`),
    ),
  );
}

function entryOf(Namespace: string, datum: Datum, at: number, member: string) {
  const { MetricName, Dimensions } = datum;
  const metric = canonicalMetric({ Namespace, MetricName, Dimensions });
  const names = Dimensions.map(({ Name }) => Name);
  if (new Set(names).size < names.length)
    throw invalidValue(`The parameter ${member}.Dimensions must not contain duplicate names.`);
  return { metric, point: pointOf(datum, at, member) };
}

/** A datum holds a value, a list of values with counts, or statistics. */
function pointOf(datum: Datum, at: number, member: string): Point {
  const { Value, Values, Counts, StatisticValues } = datum;
  const kinds = [Value, Values, StatisticValues].filter((kind) => kind !== undefined);
  if (kinds.length > 1)
    throw invalidCombination(
      `The parameters ${member}.Value, ${member}.Values and ${member}.StatisticValues are mutually exclusive and you have specified more than one.`,
    );
  if (StatisticValues) {
    const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
    return { at, count, sum, minimum, maximum };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0)
    throw invalidValue(
      `At least one of the parameters ${member}.Value, Values or StatisticValues must be specified.`,
    );
  const counts = Counts ?? values.map(() => 1);
  if (counts.length !== values.length)
    throw invalidValue(
      `The parameters ${member}.Values and ${member}.Counts must be the same size.`,
    );
  return {
    at,
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: values.reduce((sum, value, index) => sum + value * (counts[index] ?? 0), 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    ...(values.length > 1 && {
      values: values.map((value, index): [number, number] => [value, counts[index] ?? 0]),
    }),
  };
}

/** Metrics with data in the last two weeks (or three hours, with RecentlyActive). */
export function listMetrics(store: MetricStore, request: Requests["ListMetrics"]): JsonObject {
  const since = nowSeconds() - (request.RecentlyActive ? 3 * hour : twoWeeks);
  const matching = store.all().filter((metric) => metric.last >= since && matches(metric, request));
  const start = positionOf(request.NextToken);
  const end = start + metricsPerPage;
  const Metrics = matching
    .slice(start, end)
    .map(({ Namespace, MetricName, Dimensions }) => ({ Namespace, MetricName, Dimensions }));
  return { Metrics, ...(end < matching.length && { NextToken: tokenOf(end) }) };
}

function matches(metric: Metric, request: Requests["ListMetrics"]): boolean {
  const { Namespace, MetricName, Dimensions } = request;
  if (Namespace !== undefined && metric.Namespace !== Namespace) return false;
  if (MetricName !== undefined && metric.MetricName !== MetricName) return false;
  return Dimensions.every(({ Name, Value }) =>
    metric.Dimensions.some(
      (dimension) => dimension.Name === Name && (Value === undefined || dimension.Value === Value),
    ),
  );
}

export function tokenOf(position: number): string {
  return Buffer.from(`from:${position}`).toString("base64url");
}

/** Throws InvalidNextToken for a token that this endpoint didn't issue. */
export function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (position === undefined) throw invalidToken();
  return Number(position);
}
