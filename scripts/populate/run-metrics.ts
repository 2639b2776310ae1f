import {
  type CloudWatchClient,
  type Dimension,
  GetMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import type { JsonObject } from "../embedded/json";
import sampleAgents from "./sample-agents.json";
import { type Backfill, callsAt, hourMs, hoursOf, type Sample, share } from "./sample-calls";
import samples from "./sample-usage.json";

type SampleRuns = {
  cloudwatch: CloudWatchClient;
  backfill: Backfill;
  now: Date;
};

const Namespace = "AWS/States";
const dayMs = 24 * hourMs;
/** The most data of one PutMetricData. */
const maxData = 1000;
const names = [
  "ExecutionsStarted",
  "ExecutionsSucceeded",
  "ExecutionsFailed",
  "ExecutionTime",
] as const;

const machines = new Map(
  sampleAgents.map(({ agent_name, state_machine_arn }) => [agent_name, state_machine_arn]),
);

/** A run of the sample usage: when it started and how long it took, in milliseconds. */
export type CountedRun = { at: number; ms: number; isFailed: boolean };

/** 30 days of runs by agent, one for each call of the sample usage. Deterministic per hour. */
export function countedRuns(now: Date): { agent: string; machine: string; runs: CountedRun[] }[] {
  const all = samples as Sample[];
  return [...new Set(all.map(({ agent }) => agent))].flatMap((agent) => {
    const machine = machines.get(agent);
    if (machine === undefined) return [];
    const runs = all.flatMap((sample) => (sample.agent === agent ? runsOf(sample, now) : []));
    return [{ agent, machine, runs }];
  });
}

function runsOf(sample: Sample, now: Date): CountedRun[] {
  const { agent, model = "", seconds = 6, fails = 0 } = sample;
  return hoursOf(sample, now).flatMap((hour) =>
    Array.from({ length: callsAt(sample, hour) }, (_, call) => {
      const randomShare = (what: string) => share(`${what} ${agent} ${model} ${hour} ${call}`);
      return {
        at: hour + Math.floor(randomShare("start") * (hourMs - 60_000)),
        ms: Math.round(seconds * 1000 * (0.6 + randomShare("time") + randomShare("more") ** 4)),
        isFailed: randomShare("fails") < fails,
      };
    }),
  );
}

/**
 * Writes 30 days of Step Functions' own metrics that match the sample usage. Existing metrics stay,
 * so repeating an interrupted call adds the missing ones.
 */
export async function writeSampleRunMetrics(options: SampleRuns): Promise<void> {
  for (const { machine, runs } of countedRuns(options.now)) {
    const Dimensions = [{ Name: "StateMachineArn", Value: machine }];
    for (const MetricName of names) {
      const metric = { MetricName, Dimensions };
      const MetricData = runs.flatMap((run) => datumOf(metric, run));
      if (MetricData.length === 0 || (await hasData(options, metric))) continue;
      for (let start = 0; start < MetricData.length; start += maxData) {
        const part = MetricData.slice(start, start + maxData);
        await options.backfill({ Namespace, MetricData: part });
      }
    }
  }
}

type Metric = { MetricName: (typeof names)[number]; Dimensions: Dimension[] };

function datumOf(metric: Metric, { at, ms, isFailed }: CountedRun): JsonObject[] {
  const end = { ...metric, Timestamp: (at + ms) / 1000 };
  const one = { Value: 1, Unit: "Count" };
  switch (metric.MetricName) {
    case "ExecutionsStarted":
      return [{ ...metric, ...one, Timestamp: at / 1000 }];
    case "ExecutionsSucceeded":
      return isFailed ? [] : [{ ...end, ...one }];
    case "ExecutionsFailed":
      return isFailed ? [{ ...end, ...one }] : [];
    case "ExecutionTime":
      return [{ ...end, Value: ms, Unit: "Milliseconds" }];
  }
}

async function hasData({ cloudwatch, now }: SampleRuns, metric: Metric): Promise<boolean> {
  const command = new GetMetricDataCommand({
    MetricDataQueries: [
      {
        Id: "m",
        MetricStat: { Metric: { Namespace, ...metric }, Period: 86_400, Stat: "SampleCount" },
      },
    ],
    StartTime: new Date(now.getTime() - 31 * dayMs),
    EndTime: new Date(now.getTime() + dayMs / 24),
  });
  const { MetricDataResults = [] } = await cloudwatch.send(command);
  return MetricDataResults.some(({ Values = [] }) => Values.length > 0);
}
