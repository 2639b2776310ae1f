import { createHash } from "node:crypto";
import { AwsError } from "../aws-error";
import type { JsonObject } from "../json";
import { Timestamp } from "../timestamp";
import { evaluate } from "./expression";
import type { MetricStore } from "./metric-store";
import { invalidToken, type Query, type Requests } from "./requests";
import { type Series, statisticSeries } from "./series";

interface Result {
  Id: string;
  Label: string;
  /** In the order of the reply. */
  points: (readonly [number, number])[];
}

/**
 * Statistics and math of metrics. A page holds at most MaxDatapoints; a result that continues on the
 * next page is PartialData (API reference, GetMetricData).
 */
export async function getMetricData(
  store: MetricStore,
  request: Requests["GetMetricData"],
): Promise<JsonObject> {
  const { StartTime, EndTime, NextToken, ...parameters } = request;
  if (StartTime === EndTime)
    throw validationError("The parameter StartTime must not equal parameter EndTime.");
  if (StartTime > EndTime)
    throw validationError("The parameter StartTime must be less than the parameter EndTime.");
  const fingerprint = fingerprintOf({ StartTime, EndTime, parameters });
  const offset = NextToken === undefined ? 0 : offsetOf(NextToken, fingerprint);
  const results = await resultsOf(store, request);
  const pageEnd = offset + request.MaxDatapoints;
  const MetricDataResults: JsonObject[] = [];
  let position = 0;
  for (const { Id, Label, points } of results) {
    const page = points.slice(Math.max(0, offset - position), Math.max(0, pageEnd - position));
    MetricDataResults.push({
      Id,
      Label,
      Timestamps: page.map(([at]) => new Timestamp(at)),
      Values: page.map(([, value]) => value),
      StatusCode: position + points.length > pageEnd ? "PartialData" : "Complete",
    });
    position += points.length;
  }
  const NextPage = pageEnd < position ? { NextToken: `${fingerprint}.${pageEnd}` } : {};
  return { MetricDataResults, Messages: [], ...NextPage };
}

async function resultsOf(
  store: MetricStore,
  request: Requests["GetMetricData"],
): Promise<Result[]> {
  const { MetricDataQueries, StartTime: start, EndTime: end, ScanBy } = request;
  const series = await seriesOf(store, MetricDataQueries, { start, end });
  const direction = ScanBy === "TimestampAscending" ? 1 : -1;
  return MetricDataQueries.filter(({ ReturnData }) => ReturnData).map((query) => ({
    Id: query.Id,
    Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
    points: [...(series.get(query.Id) ?? [])].sort(([left], [right]) => direction * (left - right)),
  }));
}

/** The series of all queries by id. Metrics are read first, because expressions refer to them. */
export async function seriesOf(
  store: MetricStore,
  queries: Query[],
  range: { start: number; end: number },
): Promise<Map<string, Series>> {
  const series = new Map<string, Series>();
  for (const { Id, MetricStat, Expression } of queries) {
    if ((MetricStat === undefined) === (Expression === undefined))
      throw validationError(`Query ${Id} must have either a MetricStat or an Expression.`);
    if (series.has(Id)) throw validationError(`The id ${Id} is used more than once.`);
    series.set(Id, MetricStat ? await statisticSeries(store, MetricStat, range) : new Map());
  }
  const metrics = new Map([...series].filter(([id]) => isMetric(queries, id)));
  for (const { Id, Expression } of queries)
    if (Expression !== undefined) series.set(Id, evaluate(Expression, metrics));
  return series;
}

function isMetric(queries: Query[], id: string): boolean {
  return queries.some((query) => query.Id === id && query.MetricStat !== undefined);
}

export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}

function fingerprintOf(request: unknown): string {
  return createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 24);
}

/** Throws InvalidNextToken for the token of another request. */
function offsetOf(token: string, fingerprint: string): number {
  const [prefix, offset] = token.split(".");
  if (prefix !== fingerprint || !/^\d+$/.test(offset ?? "")) throw invalidToken();
  return Number(offset);
}
