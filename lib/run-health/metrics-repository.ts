import "server-only";
import {
  type MetricDataQuery,
  type MetricDataResult,
  paginateGetMetricData,
} from "@aws-sdk/client-cloudwatch";
import { cloudwatchIn } from "@/lib/aws/clients";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { chunksOf, mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import { emptyPeriod, type RunPeriod } from "./rules/run-counts";

/** Step Functions writes it (developer guide, "Metrics for state machines"). */
const namespace = "AWS/States";
const metrics = {
  started: { MetricName: "ExecutionsStarted", Stat: "Sum" },
  succeeded: { MetricName: "ExecutionsSucceeded", Stat: "Sum" },
  failed: { MetricName: "ExecutionsFailed", Stat: "Sum" },
  timed_out: { MetricName: "ExecutionsTimedOut", Stat: "Sum" },
  aborted: { MetricName: "ExecutionsAborted", Stat: "Sum" },
  median: { MetricName: "ExecutionTime", Stat: "p50" },
  ended: { MetricName: "ExecutionTime", Stat: "SampleCount" },
} as const;
export type RunMetric = keyof typeof metrics;
// The keys of the record above.
export const allRunMetrics = Object.keys(metrics) as RunMetric[];

/** Limit of GetMetricData (API reference). */
const queriesPerRequest = 500;
const requestConcurrency = 4;

export type MetricWindow = {
  /** Milliseconds since 1970, in multiples of the period; `end` is exclusive. */
  start: number;
  end: number;
  period_seconds: number;
};

/** A machine as CloudWatch identifies it, with the version or alias with which its runs start. */
export type MeasuredMachine = { arn: string; region: string };

/**
 * The runs of each machine by period, oldest first; periods without runs are omitted. Metrics that
 * aren't requested are 0.
 * @throws AppError `aws_unavailable`
 */
export async function readRuns(
  machines: readonly MeasuredMachine[],
  window: MetricWindow,
  names: readonly RunMetric[] = allRunMetrics,
): Promise<Map<string, RunPeriod[]>> {
  const periodsByMachine = new Map<string, Map<number, RunPeriod>>();
  const regions = new Set(machines.map(({ region }) => region));
  for (const region of regions) {
    const arns = [...new Set(machines.flatMap((m) => (m.region === region ? m.arn : [])))];
    const queries = arns.flatMap((arn, index) =>
      names.map((name) => ({ arn, name, query: queryOf(arn, name, index, window) })),
    );
    const targets = new Map(queries.map((entry) => [entry.query.Id, entry]));
    const take = ({ Id = "", Timestamps = [], Values = [] }: MetricDataResult) => {
      const target = targets.get(Id);
      if (!target || Timestamps.length === 0) return;
      const periods = periodsByMachine.get(target.arn) ?? new Map<number, RunPeriod>();
      periodsByMachine.set(target.arn, periods);
      Timestamps.forEach((time, index) => {
        const at = periodStart(time.getTime(), window);
        const period = periods.get(at) ?? emptyPeriod(at);
        add(period, target.name, Values[index] ?? 0);
        periods.set(at, period);
      });
    };
    const batches = chunksOf(
      queries.map(({ query }) => query),
      queriesPerRequest,
    );
    await mapConcurrently(batches, requestConcurrency, (batch) =>
      readBatch(region, batch, window, take),
    );
  }
  return new Map(
    [...periodsByMachine].map(([arn, periods]) => [
      arn,
      [...periods.values()].sort((a, b) => a.at - b.at),
    ]),
  );
}

function periodStart(time: number, { start, period_seconds }: MetricWindow): number {
  const length = period_seconds * 1000;
  return start + Math.floor((time - start) / length) * length;
}

function add(period: RunPeriod, name: RunMetric, value: number): void {
  if (name === "median") period.duration = { runs: period.duration?.runs ?? 1, median_ms: value };
  else if (name === "ended") {
    if (period.duration) period.duration.runs = value;
    else period.duration = { median_ms: 0, runs: value };
  } else period[name] += value;
}

async function readBatch(
  region: string,
  MetricDataQueries: MetricDataQuery[],
  { start, end }: MetricWindow,
  take: (result: MetricDataResult) => void,
): Promise<void> {
  const range = { StartTime: new Date(start), EndTime: new Date(end) };
  const client = cloudwatchIn(region);
  try {
    const pages = paginateGetMetricData({ client }, { MetricDataQueries, ...range });
    for await (const { MetricDataResults = [] } of pages) MetricDataResults.forEach(take);
  } catch (error) {
    throw explainFailure(error);
  }
}

function queryOf(
  arn: string,
  name: RunMetric,
  index: number,
  { period_seconds: Period }: MetricWindow,
) {
  const { MetricName, Stat } = metrics[name];
  const Dimensions = [{ Name: "StateMachineArn", Value: arn }];
  return {
    Id: `${name}${index}`,
    MetricStat: { Metric: { Namespace: namespace, MetricName, Dimensions }, Period, Stat },
  };
}

function explainFailure(error: unknown): unknown {
  const name = error instanceof Error ? error.name : "";
  if (/throttl|LimitExceeded/i.test(name)) {
    const message = "CloudWatch is throttling requests. Try again in a minute.";
    return new AppError("aws_unavailable", message, { cause: error });
  }
  const explained = explainAwsFailure(error, onlyRead);
  // Every AWS error has this member, whatever its name.
  if (explained || !(error instanceof Error && "$metadata" in error)) return explained ?? error;
  const message = `CloudWatch gave no answer (${name}). Try again in a minute.`;
  return new AppError("aws_unavailable", message, { cause: error });
}
