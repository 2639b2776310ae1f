import { seriesOf } from "./metric-data";
import type { MetricStore } from "./metric-store";
import type { Alarm, Query } from "./requests";

export interface AlarmState {
  value: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  reason: string;
}

const comparisons: Partial<
  Record<
    Alarm["ComparisonOperator"],
    { isBreached: (value: number, threshold: number) => boolean; label: string }
  >
> = {
  GreaterThanOrEqualToThreshold: {
    isBreached: (value, limit) => value >= limit,
    label: "not less than",
  },
  GreaterThanThreshold: { isBreached: (value, limit) => value > limit, label: "greater than" },
  LessThanThreshold: { isBreached: (value, limit) => value < limit, label: "less than" },
  LessThanOrEqualToThreshold: {
    isBreached: (value, limit) => value <= limit,
    label: "not greater than",
  },
};

/** Evaluates the alarm's last periods, including the current one. Anomaly bands aren't supported. */
export async function evaluateAlarm(store: MetricStore, alarm: Alarm): Promise<AlarmState> {
  const comparison = comparisons[alarm.ComparisonOperator];
  if (!comparison || alarm.ExtendedStatistic) return notEvaluated;
  const queries = alarm.Metrics ?? [singleMetricQuery(alarm)];
  const period = Math.max(
    ...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60),
  );
  const end = (Math.floor(Date.now() / 1000 / period) + 1) * period;
  const start = end - period * alarm.EvaluationPeriods;
  const series = await seriesOf(store, queries, { start, end });
  const values = [
    ...(series.get(queries.find((query) => query.ReturnData)?.Id ?? "")?.values() ?? []),
  ];
  const threshold = alarm.Threshold ?? 0;
  const breaching = values.filter((value) => comparison.isBreached(value, threshold)).length;
  const missing = alarm.EvaluationPeriods - values.length;
  const counted = breaching + (alarm.TreatMissingData === "breaching" ? missing : 0);
  const isSilent =
    values.length === 0 && !["breaching", "notBreaching"].includes(alarm.TreatMissingData ?? "");
  if (isSilent) return { value: "INSUFFICIENT_DATA", reason: "No data was received." };
  const needed = alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods;
  const reason = `Threshold Crossed: ${counted} of the last ${alarm.EvaluationPeriods} datapoints were ${comparison.label} the threshold (${threshold}).`;
  return { value: counted >= needed ? "ALARM" : "OK", reason };
}

const notEvaluated: AlarmState = {
  value: "INSUFFICIENT_DATA",
  reason: "Unchecked: the local CloudWatch does not evaluate alarms of this kind.",
};

/** The query of an alarm on one metric; `checkAlarm` guarantees that its fields are set. */
function singleMetricQuery(alarm: Alarm): Query {
  const {
    Namespace = "",
    MetricName = "",
    Dimensions = [],
    Period = 60,
    Statistic = "Sum",
  } = alarm;
  const Metric = { Namespace, MetricName, Dimensions };
  return { Id: "m1", MetricStat: { Metric, Period, Stat: Statistic }, ReturnData: true };
}
