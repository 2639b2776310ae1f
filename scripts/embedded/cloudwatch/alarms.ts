import { AwsError } from "../aws-error";
import type { DynaliteStore } from "../dynamodb/dynalite-types";
import { writeBatch } from "../dynamodb/level-store";
import type { JsonObject } from "../json";
import { Timestamp } from "../timestamp";
import { type AlarmState, evaluateAlarm } from "./alarm-state";
import { validationError } from "./metric-data";
import type { MetricStore } from "./metric-store";
import { positionOf, tokenOf } from "./metrics";
import type { Alarm, Requests } from "./requests";

const alarmPrefix = "switchboard~alarm~";
const day = 24 * 3600;

interface StoredAlarm {
  alarm: Alarm;
  /** Seconds since 1970. */
  updated: number;
}

interface LoadedAlarm extends StoredAlarm {
  /** The last evaluation; not stored. */
  state?: AlarmState & { since: number };
}

/** The metric alarms in LevelDB. States are evaluated on each read. */
export class Alarms {
  readonly #store: DynaliteStore;
  readonly #metrics: MetricStore;
  readonly #region: string;
  readonly #alarms: Map<string, LoadedAlarm>;

  private constructor(
    store: DynaliteStore,
    metrics: MetricStore,
    region: string,
    alarms: Map<string, LoadedAlarm>,
  ) {
    this.#store = store;
    this.#metrics = metrics;
    this.#region = region;
    this.#alarms = alarms;
  }

  static async load(store: DynaliteStore, metrics: MetricStore, region: string): Promise<Alarms> {
    const alarms = new Map<string, LoadedAlarm>();
    const range = { gt: alarmPrefix, lt: `${alarmPrefix}\xff` };
    // Only `put` writes these rows.
    for await (const [key, value] of store.db.iterator(range))
      alarms.set(key.slice(alarmPrefix.length), value as StoredAlarm);
    return new Alarms(store, metrics, region, alarms);
  }

  /** Creates an alarm or replaces the one of that name. */
  async put(alarm: Requests["PutMetricAlarm"]): Promise<JsonObject> {
    checkAlarm(alarm);
    const value: StoredAlarm = { alarm, updated: Date.now() / 1000 };
    const key = `${alarmPrefix}${alarm.AlarmName}`;
    await writeBatch(this.#store, [{ type: "put", key, value }], { sync: false });
    this.#alarms.set(alarm.AlarmName, value);
    return {};
  }

  async describe(request: Requests["DescribeAlarms"]): Promise<JsonObject> {
    const names = [...this.#alarms.keys()].filter((name) => matches(name, request)).sort();
    const found: JsonObject[] = [];
    for (const name of names) {
      const described = await this.#described(name);
      const { StateValue } = described;
      if (request.StateValue === undefined || StateValue === request.StateValue)
        found.push(described);
    }
    const includesMetricAlarms = request.AlarmTypes?.includes("MetricAlarm") ?? true;
    const start = positionOf(request.NextToken);
    const end = start + request.MaxRecords;
    return {
      MetricAlarms: includesMetricAlarms ? found.slice(start, end) : [],
      CompositeAlarms: [],
      ...(includesMetricAlarms && end < found.length && { NextToken: tokenOf(end) }),
    };
  }

  /** Deletes the alarms that exist; throws ResourceNotFound if any doesn't. */
  async delete({ AlarmNames }: Requests["DeleteAlarms"]): Promise<JsonObject> {
    const missing = AlarmNames.filter((name) => !this.#alarms.has(name));
    const keys = AlarmNames.map((name) => `${alarmPrefix}${name}`);
    await writeBatch(
      this.#store,
      keys.map((key) => ({ type: "del" as const, key })),
      { sync: false },
    );
    for (const name of AlarmNames) this.#alarms.delete(name);
    if (missing.length === 0) return {};
    throw new AwsError("ResourceNotFound", `There is no alarm ${missing.join(", ")}.`, {}, 404);
  }

  async #described(name: string): Promise<JsonObject> {
    const stored = this.#alarms.get(name);
    if (!stored) throw new Error(`No alarm ${name}`);
    const { alarm, updated } = stored;
    const state = await evaluateAlarm(this.#metrics, alarm);
    const isSame = stored.state?.value === state.value;
    stored.state = {
      ...state,
      since: isSame && stored.state ? stored.state.since : Date.now() / 1000,
    };
    return {
      ...alarm,
      AlarmArn: `arn:aws:cloudwatch:${this.#region}:000000000000:alarm:${name}`,
      AlarmConfigurationUpdatedTimestamp: new Timestamp(updated),
      StateValue: state.value,
      StateReason: state.reason,
      StateUpdatedTimestamp: new Timestamp(stored.state.since),
      StateTransitionedTimestamp: new Timestamp(stored.state.since),
    };
  }
}

function matches(name: string, request: Requests["DescribeAlarms"]): boolean {
  const { AlarmNames, AlarmNamePrefix } = request;
  return (AlarmNames?.includes(name) ?? true) && name.startsWith(AlarmNamePrefix ?? "");
}

/** Throws ValidationError where AWS does (API reference, PutMetricAlarm). */
function checkAlarm(alarm: Alarm): void {
  const { MetricName, Metrics, Period, EvaluationPeriods, DatapointsToAlarm } = alarm;
  if ((MetricName === undefined) === (Metrics === undefined))
    throw validationError("An alarm must have either a MetricName or Metrics.");
  if (MetricName !== undefined && (!alarm.Namespace || !Period))
    throw validationError("An alarm on one metric must have a Namespace and a Period.");
  if (MetricName !== undefined && !alarm.Statistic && !alarm.ExtendedStatistic)
    throw validationError("An alarm on one metric must have a Statistic or an ExtendedStatistic.");
  if (Metrics && Metrics.filter(({ ReturnData }) => ReturnData).length !== 1)
    throw validationError("Exactly one of the alarm's Metrics must return data.");
  if (alarm.Threshold === undefined) throw validationError("An alarm must have a Threshold.");
  if ((DatapointsToAlarm ?? 0) > EvaluationPeriods)
    throw validationError("DatapointsToAlarm must not be greater than EvaluationPeriods.");
  const seconds = maxPeriod(alarm);
  const maxSeconds = seconds >= 3600 ? 7 * day : day;
  if (seconds * EvaluationPeriods > maxSeconds)
    throw validationError(
      `Metrics cannot be checked across more than ${maxSeconds / day === 1 ? "a day" : "7 days"} (EvaluationPeriods * Period must be <= ${maxSeconds}).`,
    );
}

function maxPeriod({ Period, Metrics }: Alarm): number {
  const periods = (Metrics ?? []).map((query) => query.MetricStat?.Period ?? query.Period ?? 0);
  return Math.max(Period ?? 0, ...periods);
}
