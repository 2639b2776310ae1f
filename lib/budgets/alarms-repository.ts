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

/** Apart from what agents write: the role of the console need not be able to write their tokens. */
const namespace = "Switchboard";
/** What one PutMetricData and one DeleteAlarms take (API reference). */
const maxDataPoints = 1000;
const maxAlarmsPerDelete = 100;
/** The limit of an alarm's name (API reference, MetricAlarm). */
const maxNameLength = 255;

/** What is published of one thing, in percent of what it may be: beyond 100 it is an alarm. */
export type Gauge = {
  /** `agent:sql-agent` */
  id: string;
  /** Null when it is not known: nothing is published, and the alarm stays as it is. */
  percent: number | null;
  /** What the alarm says. */
  description: string;
};

/** A kind of gauges: their metric, the dimension that names the thing, and a part of the alarms' names. */
export type GaugeKind = { metric: string; dimension: string; name: string };

/**
 * Keeps one alarm a gauge and none of others, then publishes the gauges. Run twice, or by two copies
 * at a time, it ends the same.
 * @throws AppError `aws_unavailable` in words of what CloudWatch refused
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
  const wanted = new Map(gauges.map((gauge) => alarmOf(kind, gauge)).map((a) => [a.AlarmName, a]));
  const there = new Map((await listAlarms(kind)).map((alarm) => [alarm.AlarmName, alarm]));
  const written: string[] = [];
  for (const [name, alarm] of wanted) {
    if (isUpToDate(there.get(name), alarm)) continue;
    await cloudwatch().send(new PutMetricAlarmCommand(alarm));
    written.push(name ?? "");
  }
  const deleted = [...there.keys()].flatMap((name) => (name && !wanted.has(name) ? [name] : []));
  for (const AlarmNames of chunksOf(deleted, maxAlarmsPerDelete)) {
    await cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames })).catch(ignoreNotFound);
  }
  return { written, deleted };
}

/** A slash is in no name of an environment: those of another one never begin the same. */
const prefixOf = ({ name }: GaugeKind) => `switchboard-${env().ENV_NAME}/${name}/`;

async function listAlarms(kind: GaugeKind): Promise<MetricAlarm[]> {
  const found: MetricAlarm[] = [];
  const wanted = { AlarmNamePrefix: prefixOf(kind), AlarmTypes: ["MetricAlarm" as const] };
  for await (const page of paginateDescribeAlarms({ client: cloudwatch() }, wanted)) {
    found.push(...(page.MetricAlarms ?? []));
  }
  return found;
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
    // Between two runs of the schedule nothing is published: the state stays.
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

function isUpToDate(alarm: MetricAlarm | undefined, wanted: PutMetricAlarmCommandInput): boolean {
  if (!alarm) return false;
  const own = new Map<string, unknown>(Object.entries(alarm));
  return Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(own.get(name), value));
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

/** Another copy was faster; the others of the request are deleted all the same. */
function ignoreNotFound(error: unknown): void {
  if (!(error instanceof Error) || !error.name.startsWith("ResourceNotFound")) throw error;
}

function explainFailure(error: unknown): unknown {
  const explained = explainAwsFailure(error);
  // Every refusal of AWS carries this member, whatever its name.
  if (explained || !(error instanceof Error && "$metadata" in error)) return explained ?? error;
  const message = `CloudWatch refused the alarms or their figures (${error.name}). Run it again: what was done already stays right.`;
  return new AppError("aws_unavailable", message, { cause: error });
}
