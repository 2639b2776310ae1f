import { AwsError } from "../aws-error";
import { isDiskFull } from "../disk";
import type { DynaliteStore } from "../dynamodb/dynalite-types";
import { writeBatch } from "../dynamodb/level-store";
import type { JsonObject } from "../json";
import { Timestamp } from "../timestamp";
import { type AlarmState, evaluateAlarm } from "./alarm-state";
import { validationError } from "./metric-data";
import { isPercentile } from "./metric-statistics";
import type { MetricStore } from "./metric-store";
import { positionOf, tokenOf } from "./metrics";
import { type Alarm, invalidFormat, type Requests } from "./requests";

const alarmPrefix = "switchboard~alarm~";
const day = 24 * 3600;

/** Times are seconds since 1970. */
interface LastState extends AlarmState {
  reasonData?: string | undefined;
  since: number;
  evaluated: number;
  /** Until when a manually set state is kept despite evaluations. */
  heldUntil?: number;
}

interface StoredAlarm {
  alarm: Alarm;
  /** Seconds since 1970. */
  updated: number;
  state?: LastState;
}

/** CloudWatch evaluates an alarm every minute and then replaces a manually set state. */
const setStateSeconds = 60;

/** The metric alarms in LevelDB. States are evaluated on each read. */
export class Alarms {
  readonly #store: DynaliteStore;
  readonly #metrics: MetricStore;
  readonly #region: string;
  readonly #alarms: Map<string, StoredAlarm>;

  private constructor(
    store: DynaliteStore,
    metrics: MetricStore,
    region: string,
    alarms: Map<string, StoredAlarm>,
  ) {
    this.#store = store;
    this.#metrics = metrics;
    this.#region = region;
    this.#alarms = alarms;
  }

  static async load(store: DynaliteStore, metrics: MetricStore, region: string): Promise<Alarms> {
    const alarms = new Map<string, StoredAlarm>();
    const range = { gt: alarmPrefix, lt: `${alarmPrefix}\xff` };
    // Only `#save` writes these rows.
    for await (const [key, value] of store.db.iterator(range))
      alarms.set(key.slice(alarmPrefix.length), value as StoredAlarm);
    return new Alarms(store, metrics, region, alarms);
  }

  /** Creates an alarm, or replaces the alarm with that name. */
  async put(alarm: Requests["PutMetricAlarm"]): Promise<JsonObject> {
    checkAlarm(alarm);
    const state = this.#alarms.get(alarm.AlarmName)?.state;
    await this.#save({ alarm, updated: nowSeconds(), ...(state && { state }) });
    return {};
  }

  async #save(value: StoredAlarm): Promise<void> {
    const { AlarmName } = value.alarm;
    const key = `${alarmPrefix}${AlarmName}`;
    await writeBatch(this.#store, [{ type: "put", key, value }], { sync: false });
    this.#alarms.set(AlarmName, value);
  }

  /** Sets a state until the next evaluation. */
  async setState(request: Requests["SetAlarmState"]): Promise<JsonObject> {
    const { AlarmName, StateValue: value, StateReason: reason, StateReasonData } = request;
    const stored = this.#alarms.get(AlarmName);
    if (!stored) throw notFound([AlarmName]);
    if (StateReasonData !== undefined && !isJson(StateReasonData))
      throw invalidFormat("StateReasonData was not valid JSON.");
    const now = nowSeconds();
    const heldUntil = now + setStateSeconds;
    const state = { value, reason, reasonData: StateReasonData, since: now, evaluated: now };
    await this.#save({ ...stored, state: { ...state, heldUntil } });
    return {};
  }

  /** The alarms on one metric, without those on metric math. */
  async describeForMetric(request: Requests["DescribeAlarmsForMetric"]): Promise<JsonObject> {
    const matching = [...this.#alarms.values()].filter(({ alarm }) => isOnMetric(alarm, request));
    const names = matching.map(({ alarm }) => alarm.AlarmName).sort();
    const MetricAlarms: JsonObject[] = [];
    for (const name of names) MetricAlarms.push(await this.#described(name));
    return { MetricAlarms };
  }

  async describe(request: Requests["DescribeAlarms"]): Promise<JsonObject> {
    const names = [...this.#alarms.keys()].filter((name) => matches(name, request)).sort();
    const alarms: JsonObject[] = [];
    for (const name of names) {
      const described = await this.#described(name);
      const { StateValue } = described;
      if (request.StateValue === undefined || StateValue === request.StateValue)
        alarms.push(described);
    }
    const includesMetricAlarms = request.AlarmTypes?.includes("MetricAlarm") ?? true;
    const start = positionOf(request.NextToken);
    const end = start + request.MaxRecords;
    return {
      MetricAlarms: includesMetricAlarms ? alarms.slice(start, end) : [],
      CompositeAlarms: [],
      ...(includesMetricAlarms && end < alarms.length && { NextToken: tokenOf(end) }),
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
    throw notFound(missing);
  }

  async #described(name: string): Promise<JsonObject> {
    const stored = this.#alarms.get(name);
    if (!stored) throw new Error(`No alarm ${name}`);
    const { alarm, updated } = stored;
    const state = await this.#evaluate(stored);
    return {
      ...alarm,
      AlarmArn: `arn:aws:cloudwatch:${this.#region}:000000000000:alarm:${name}`,
      AlarmConfigurationUpdatedTimestamp: new Timestamp(updated),
      StateValue: state.value,
      StateReason: state.reason,
      StateReasonData: state.reasonData,
      StateUpdatedTimestamp: new Timestamp(state.since),
      StateTransitionedTimestamp: new Timestamp(state.since),
    };
  }

  /** Evaluates an alarm, and stores a change of its state. */
  async #evaluate(stored: StoredAlarm): Promise<LastState> {
    const { alarm, updated, state: last } = stored;
    const now = nowSeconds();
    if (last?.heldUntil !== undefined && now < last.heldUntil) return last;
    const since = last?.evaluated ?? updated;
    const evaluated = await evaluateAlarm(this.#metrics, alarm, { state: last, since });
    const isSame = last?.value === evaluated.value;
    const state = { ...evaluated, since: isSame ? last.since : now, evaluated: now };
    if (isSame) stored.state = state;
    else await this.#saveState({ ...stored, state });
    return state;
  }

  /** The state can be computed again, so a full disk doesn't prevent reading it. */
  async #saveState(value: StoredAlarm): Promise<void> {
    try {
      await this.#save(value);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#alarms.set(value.alarm.AlarmName, value);
    }
  }
}

function matches(name: string, request: Requests["DescribeAlarms"]): boolean {
  const { AlarmNames, AlarmNamePrefix } = request;
  return (AlarmNames?.includes(name) ?? true) && name.startsWith(AlarmNamePrefix ?? "");
}

function isOnMetric(alarm: Alarm, request: Requests["DescribeAlarmsForMetric"]): boolean {
  const optional = ["Statistic", "ExtendedStatistic", "Period", "Unit"] as const;
  const { MetricName, Namespace, Dimensions = [] } = alarm;
  if (MetricName !== request.MetricName || Namespace !== request.Namespace) return false;
  if (optional.some((name) => request[name] !== undefined && request[name] !== alarm[name]))
    return false;
  const textOf = (dimensions: typeof Dimensions) =>
    JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort());
  return textOf(Dimensions) === textOf(request.Dimensions);
}

function notFound(names: string[]): AwsError {
  return new AwsError("ResourceNotFound", `There is no alarm ${names.join(", ")}.`, {}, 404);
}

const nowSeconds = () => Date.now() / 1000;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
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
  if (alarm.Statistic && alarm.ExtendedStatistic)
    throw validationError("An alarm must not have both a Statistic and an ExtendedStatistic.");
  if (alarm.ExtendedStatistic && !isPercentile(alarm.ExtendedStatistic))
    throw validationError(
      `The ExtendedStatistic ${alarm.ExtendedStatistic} is not supported: the local CloudWatch knows percentiles from p0 to p100.`,
    );
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
