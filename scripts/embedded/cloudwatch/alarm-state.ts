import { seriesOf } from "./metric-data";
import type { MetricStore } from "./metric-store";
import type { Alarm, Query } from "./requests";

export interface AlarmState {
  value: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  reason: string;
}

interface Comparison {
  isBreached: (value: number, threshold: number) => boolean;
  label: string;
}

const comparisons: Partial<Record<Alarm["ComparisonOperator"], Comparison>> = {
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

/**
 * Evaluates the alarm's last periods, including the current one. Anomaly bands aren't supported.
 * @param last the state before, and when it was evaluated, in seconds since 1970
 */
export async function evaluateAlarm(
  store: MetricStore,
  alarm: Alarm,
  last: { state: AlarmState | undefined; since: number },
): Promise<AlarmState> {
  const comparison = comparisons[alarm.ComparisonOperator];
  if (!comparison) return notEvaluated;
  const period = alarmPeriod(alarm);
  const end = (Math.floor(Date.now() / 1000 / period) + 1) * period;
  const state = await stateAt(store, alarm, comparison, end);
  if (state) return state;
  if (alarm.TreatMissingData !== "ignore") return noData;
  return (
    (await ignoredState(store, alarm, comparison, { end, since: last.since })) ??
    last.state ??
    noData
  );
}

/** The longest period of the alarm's metrics, in seconds. */
function alarmPeriod(alarm: Alarm): number {
  const queries = alarm.Metrics ?? [singleMetricQuery(alarm)];
  return Math.max(...queries.map((query) => query.MetricStat?.Period ?? query.Period ?? 60));
}

/** The state at the end of a period; null without data, unless missing data are good or bad. */
async function stateAt(
  store: MetricStore,
  alarm: Alarm,
  { isBreached, label }: Comparison,
  end: number,
): Promise<AlarmState | null> {
  const queries = alarm.Metrics ?? [singleMetricQuery(alarm)];
  const start = end - alarmPeriod(alarm) * alarm.EvaluationPeriods;
  const series = await seriesOf(store, queries, { start, end });
  const values = [
    ...(series.get(queries.find((query) => query.ReturnData)?.Id ?? "")?.values() ?? []),
  ];
  const { TreatMissingData = "missing", Threshold: threshold = 0 } = alarm;
  if (values.length === 0 && !["breaching", "notBreaching"].includes(TreatMissingData)) return null;
  const breaching = values.filter((value) => isBreached(value, threshold)).length;
  const missing = alarm.EvaluationPeriods - values.length;
  const counted = breaching + (TreatMissingData === "breaching" ? missing : 0);
  const needed = alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods;
  const reason = `Threshold Crossed: ${counted} of the last ${alarm.EvaluationPeriods} datapoints were ${label} the threshold (${threshold}).`;
  return { value: counted >= needed ? "ALARM" : "OK", reason };
}

const maxPeriodsBack = 1440;

/** The last state that followed from data, if nothing has changed it since. */
async function ignoredState(
  store: MetricStore,
  alarm: Alarm,
  comparison: Comparison,
  { end, since }: { end: number; since: number },
): Promise<AlarmState | null> {
  const period = alarmPeriod(alarm);
  for (let back = 1; back <= maxPeriodsBack && end - back * period > since; back += 1) {
    const state = await stateAt(store, alarm, comparison, end - back * period);
    if (state) return state;
  }
  return null;
}

const noData: AlarmState = { value: "INSUFFICIENT_DATA", reason: "No data was received." };

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
    ExtendedStatistic: Stat = Statistic,
  } = alarm;
  const Metric = { Namespace, MetricName, Dimensions };
  return { Id: "m1", MetricStat: { Metric, Period, Stat }, ReturnData: true };
}
