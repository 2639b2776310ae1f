import "server-only";
import {
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
  paginateListMetrics,
} from "@aws-sdk/client-cloudwatch";
import { cloudwatch } from "@/lib/aws/clients";
import { chunksOf, mapConcurrently } from "@/lib/batches";
import { type Dimensions, dimensionsId } from "./rules/dimensions";
import type { UsageWindow } from "./rules/window";

/** Agents write it (docs/contract.md, Runtime). */
const namespace = "AI-Agents";
const metricNames = { input: "InputTokens", output: "OutputTokens" } as const;
type Side = keyof typeof metricNames;
const sides = ["input", "output"] as const satisfies Side[];

/** Limit of GetMetricData (API reference). */
const queriesPerRequest = 500;
const requestConcurrency = 4;

/** Tokens by period of the window. */
export type UsageSeries = { dimensions: Dimensions; input: number[]; output: number[] };

/** The dimensions of every token metric in ListMetrics. */
export async function listRecentDimensions(): Promise<Dimensions[]> {
  const lists = await Promise.all(sides.map((side) => listOf(metricNames[side])));
  const dimensionsById = new Map(lists.flat().map((entry) => [dimensionsId(entry), entry]));
  return [...dimensionsById.values()];
}

async function listOf(MetricName: string): Promise<Dimensions[]> {
  const listed: Dimensions[] = [];
  const pages = paginateListMetrics({ client: cloudwatch() }, { Namespace: namespace, MetricName });
  for await (const { Metrics = [] } of pages) {
    for (const { Dimensions: list = [] } of Metrics) {
      listed.push(Object.fromEntries(list.map(({ Name = "", Value = "" }) => [Name, Value])));
    }
  }
  return listed;
}

/** The tokens of each set of dimensions in each period of the window. */
export async function readSeries(all: Dimensions[], window: UsageWindow): Promise<UsageSeries[]> {
  const length = (window.end - window.start) / (window.period_seconds * 1000);
  const series = all.map((dimensions): UsageSeries => {
    const zeros = () => new Array<number>(length).fill(0);
    return { dimensions, input: zeros(), output: zeros() };
  });
  const queries = series.flatMap((entry, index) =>
    sides.map((side) => ({ target: entry[side], query: queryOf(all[index], side, index, window) })),
  );
  const targets = new Map(queries.map(({ query, target }) => [query.Id, target]));
  const take = ({ Id, Timestamps = [], Values = [] }: MetricDataResult) => {
    const target = targets.get(Id ?? "");
    Timestamps.forEach((at, index) => {
      const period = Math.floor((at.getTime() - window.start) / (window.period_seconds * 1000));
      if (target && period in target) target[period] = (target[period] ?? 0) + (Values[index] ?? 0);
    });
  };
  const batches = chunksOf(
    queries.map(({ query }) => query),
    queriesPerRequest,
  );
  await mapConcurrently(batches, requestConcurrency, (batch) => readBatch(batch, window, take));
  return series;
}

async function readBatch(
  MetricDataQueries: MetricDataQuery[],
  { start, end }: UsageWindow,
  take: (result: MetricDataResult) => void,
): Promise<void> {
  const range = { StartTime: new Date(start), EndTime: new Date(end) };
  const pages = paginateGetMetricData({ client: cloudwatch() }, { MetricDataQueries, ...range });
  for await (const { MetricDataResults = [] } of pages) MetricDataResults.forEach(take);
}

function queryOf(
  dimensions: Dimensions | undefined,
  side: Side,
  index: number,
  { period_seconds }: UsageWindow,
) {
  const list = Object.entries(dimensions ?? {}).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: `${side}${index}`,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metricNames[side], Dimensions: list },
      Period: period_seconds,
      Stat: "Sum",
    },
  };
}
