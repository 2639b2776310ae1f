import {
  type CloudWatchClient,
  type Dimension,
  GetMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import type { JsonObject } from "../embedded/json";
import sampleAgents from "./sample-agents.json";
import { type Backfill, callsAt, hoursOf, type Sample, share } from "./sample-calls";
import samples from "./sample-usage.json";

type SampleRuns = {
  cloudwatch: CloudWatchClient;
  backfill: Backfill;
  now: Date;
};

const Namespace = "AWS/States";
const dayMs = 24 * 3_600_000;
const names = [
  "ExecutionsStarted",
  "ExecutionsSucceeded",
  "ExecutionsFailed",
  "ExecutionTime",
] as const;

const machines = new Map(
  sampleAgents.map(({ agent_name, state_machine_arn }) => [agent_name, state_machine_arn]),
);

/** The runs of an hour: a call of the sample usage is one run. */
type Hour = { at: number; failed: number; times: number[] };

/**
 * Writes 30 days of Step Functions' own metrics, which fit the sample usage; deterministic per hour.
 * Existing metrics stay, so another run after an interruption adds the missing ones.
 */
export async function writeSampleRunMetrics(options: SampleRuns): Promise<void> {
  const agents = byAgent(samples as Sample[]);
  for (const [agent, ofAgent] of agents) {
    const machine = machines.get(agent);
    if (machine === undefined) continue;
    const hours = runsByHour(ofAgent, options.now);
    const Dimensions = [{ Name: "StateMachineArn", Value: machine }];
    for (const MetricName of names) {
      const metric = { MetricName, Dimensions };
      const MetricData = hours.flatMap((hour) => datumOf(metric, hour));
      if (MetricData.length === 0 || (await hasData(options, metric))) continue;
      await options.backfill({ Namespace, MetricData });
    }
  }
}

function byAgent(all: readonly Sample[]): Map<string, Sample[]> {
  const agents = new Map<string, Sample[]>();
  for (const sample of all) agents.set(sample.agent, [...(agents.get(sample.agent) ?? []), sample]);
  return agents;
}

function runsByHour(samplesOfAgent: Sample[], now: Date): Hour[] {
  const hours = new Map<number, Hour>();
  for (const sample of samplesOfAgent) {
    const { agent, model = "", seconds = 6, fails = 0 } = sample;
    for (const at of hoursOf(sample, now)) {
      const hour = hours.get(at) ?? { at, failed: 0, times: [] };
      for (let call = 0; call < callsAt(sample, at); call++) {
        const luck = (what: string) => share(`${what} ${agent} ${model} ${at} ${call}`);
        if (luck("fails") < fails) hour.failed += 1;
        hour.times.push(Math.round(seconds * 1000 * (0.6 + luck("time") + luck("more") ** 4)));
      }
      if (hour.times.length > 0) hours.set(at, hour);
    }
  }
  return [...hours.values()].sort((a, b) => a.at - b.at);
}

type Metric = { MetricName: (typeof names)[number]; Dimensions: Dimension[] };

function datumOf(metric: Metric, { at, failed, times }: Hour): JsonObject[] {
  const Timestamp = at / 1000;
  if (metric.MetricName === "ExecutionTime") {
    return [{ ...metric, Timestamp, Values: times, Unit: "Milliseconds" }];
  }
  const counts: Partial<Record<Metric["MetricName"], number>> = {
    ExecutionsStarted: times.length,
    ExecutionsSucceeded: times.length - failed,
    ExecutionsFailed: failed,
  };
  const Value = counts[metric.MetricName] ?? 0;
  return Value === 0 ? [] : [{ ...metric, Timestamp, Value, Unit: "Count" }];
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
