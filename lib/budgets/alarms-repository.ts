import "server-only";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import {
  DeleteAlarmsCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import { cloudwatch } from "@/lib/aws/clients";
import { explainAwsFailure } from "@/lib/aws/failures";
import { chunksOf } from "@/lib/batches";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

/** A separate namespace, so that the console's role can't write agents' metrics. */
const namespace = "Switchboard";
/** Limits of PutMetricData and DeleteAlarms (API reference). */
const maxDataPoints = 1000;
const maxAlarmsPerDelete = 100;
/** Alarms that one evaluation writes: CloudWatch takes three a second from an account. */
const maxAlarmsWritten = 60;
/** Limit of an alarm's name (API reference, MetricAlarm). */
const maxNameLength = 255;

/** A value in percent of its limit. Above 100 its alarm fires. */
export type Gauge = {
  /** Such as `agent:sql-agent`. */
  id: string;
  /** Null if unknown: nothing is published, and the alarm keeps its state. */
  percent: number | null;
  description: string;
};

/** The metric of a kind of gauge, its dimension, and the prefix of its alarms. */
export type GaugeKind = { metric: string; dimension: string; name: string };

/**
 * Creates, updates and deletes alarms until there is one per gauge, then publishes the gauges.
 * Alarms beyond CloudWatch's rate limit are left for the next call. Idempotent, and safe to run
 * concurrently.
 * @throws AppError `aws_unavailable`
 */
export async function publish(kind: GaugeKind, gauges: Gauge[]) {
  try {
    const alarms = await syncAlarms(kind, gauges);
    await putData(kind, gauges);
    return alarms;
  } catch (error) {
    throw explainFailure(error);
  }
}

async function syncAlarms(kind: GaugeKind, gauges: Gauge[]) {
  const expected = new Map(
    gauges.map((gauge) => alarmOf(kind, gauge)).map((a) => [a.AlarmName, a]),
  );
  const existing = new Map((await listAlarms(kind)).map((alarm) => [alarm.AlarmName, alarm]));
  const outdated = [...expected].filter(([name, alarm]) => !isUpToDate(existing.get(name), alarm));
  const written: string[] = [];
  for (const [name, alarm] of outdated.slice(0, maxAlarmsWritten)) {
    if (!(await putAlarm(alarm))) break;
    written.push(name ?? "");
  }
  const deleted = [...existing.keys()].flatMap((name) =>
    name && !expected.has(name) ? [name] : [],
  );
  for (const AlarmNames of chunksOf(deleted, maxAlarmsPerDelete)) {
    await cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames })).catch(ignoreNotFound);
  }
  return { written, deleted, remaining: outdated.length - written.length };
}

/** @returns false if CloudWatch throttles the call */
async function putAlarm(alarm: PutMetricAlarmCommandInput): Promise<boolean> {
  try {
    await cloudwatch().send(new PutMetricAlarmCommand(alarm));
    return true;
  } catch (error) {
    if (error instanceof Error && /throttl/i.test(error.name)) return false;
    throw error;
  }
}

/** Environment names contain no slash, so prefixes of two environments never overlap. */
const prefixOf = ({ name }: GaugeKind) => `switchboard-${env().ENV_NAME}/${name}/`;

async function listAlarms(kind: GaugeKind): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  const expected = { AlarmNamePrefix: prefixOf(kind), AlarmTypes: ["MetricAlarm" as const] };
  for await (const page of paginateDescribeAlarms({ client: cloudwatch() }, expected)) {
    alarms.push(...(page.MetricAlarms ?? []));
  }
  return alarms;
}

function alarmOf(kind: GaugeKind, { id, description }: Gauge): PutMetricAlarmCommandInput {
  const topic = env().ALARM_TOPIC_ARN;
  const actions = topic ? [topic] : [];
  return {
    AlarmName: alarmName(`${prefixOf(kind)}${id}`),
    AlarmDescription: description,
    AlarmActions: actions,
    OKActions: actions,
    Namespace: namespace,
    MetricName: kind.metric,
    Dimensions: dimensionsOf(kind, id),
    Statistic: "Maximum",
    Period: 300,
    EvaluationPeriods: 1,
    Threshold: 100,
    ComparisonOperator: "GreaterThanThreshold",
    // Keep the state between two runs of the schedule, when nothing is published.
    TreatMissingData: "ignore",
  };
}

function alarmName(name: string): string {
  if (name.length <= maxNameLength) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${name.slice(0, maxNameLength - 17)}~${hash}`;
}

function dimensionsOf({ dimension }: GaugeKind, id: string) {
  const values = { [dimension]: id, environment: env().ENV_NAME };
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
}

function isUpToDate(alarm: MetricAlarm | undefined, expected: PutMetricAlarmCommandInput): boolean {
  if (!alarm) return false;
  const own = new Map<string, unknown>(Object.entries(alarm));
  return Object.entries(expected).every(([name, value]) => isDeepStrictEqual(own.get(name), value));
}

async function putData(kind: GaugeKind, gauges: Gauge[]): Promise<void> {
  const data = gauges.flatMap(({ id, percent: Value }) => {
    if (Value === null) return [];
    const Dimensions = dimensionsOf(kind, id);
    return [{ MetricName: kind.metric, Dimensions, Value, Unit: "Percent" as const }];
  });
  for (const MetricData of chunksOf(data, maxDataPoints)) {
    await cloudwatch().send(new PutMetricDataCommand({ Namespace: namespace, MetricData }));
  }
}

/** Another copy deleted the alarm first; the other alarms of the request are still deleted. */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Error) || !error.name.startsWith("ResourceNotFound")) throw error;
}

function explainFailure(error: unknown): unknown {
  const explained = explainAwsFailure(error);
  // Every AWS error has this member.
  if (explained || !(error instanceof Error && "$metadata" in error)) return explained ?? error;
  const message = `CloudWatch refused the alarms or their figures (${error.name}). Run it again: what was done already stays right.`;
  return new AppError("aws_unavailable", message, { cause: error });
}
