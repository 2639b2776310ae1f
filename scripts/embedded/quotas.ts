import { AwsError } from "./aws-error";
import { isJsonObject, type JsonObject } from "./json";

type Quota = {
  /** The number of calls that may arrive at once. */
  burst: number;
  /** Calls per second afterwards. */
  rate: number;
};

const stepFunctions = "AWSStepFunctions.";
const cloudWatch = "GraniteServiceVersion20100801.";

/**
 * AWS's default quotas of an account in eu-west-1 (Step Functions developer guide, "Other quotas";
 * CloudWatch user guide, "CloudWatch service quotas", where a quota is a rate alone).
 */
const quotas: Record<string, Quota> = {
  [`${stepFunctions}DescribeExecution`]: { burst: 300, rate: 15 },
  [`${stepFunctions}DescribeStateMachine`]: { burst: 200, rate: 20 },
  [`${stepFunctions}DescribeStateMachineAlias`]: { burst: 200, rate: 1 },
  [`${stepFunctions}DescribeStateMachineForExecution`]: { burst: 200, rate: 1 },
  [`${stepFunctions}GetExecutionHistory`]: { burst: 400, rate: 20 },
  [`${stepFunctions}ListExecutions`]: { burst: 200, rate: 5 },
  [`${stepFunctions}ListStateMachines`]: { burst: 100, rate: 5 },
  [`${stepFunctions}StartExecution`]: { burst: 1300, rate: 300 },
  [`${stepFunctions}StopExecution`]: { burst: 1000, rate: 200 },
  [`${cloudWatch}GetMetricData`]: { burst: 50, rate: 50 },
  [`${cloudWatch}ListMetrics`]: { burst: 25, rate: 25 },
  [`${cloudWatch}PutMetricData`]: { burst: 500, rate: 500 },
  [`${cloudWatch}DescribeAlarms`]: { burst: 9, rate: 9 },
  [`${cloudWatch}PutMetricAlarm`]: { burst: 3, rate: 3 },
  [`${cloudWatch}DeleteAlarms`]: { burst: 3, rate: 3 },
};

/**
 * Data points that GetMetricData may request per second: for the last three hours, and for older
 * times.
 */
const points = { recent: 180_000, older: 396_000 };

class Bucket {
  readonly #quota: Quota;
  #level: number;
  #at: number;

  constructor(quota: Quota, now: number) {
    this.#quota = quota;
    this.#level = quota.burst;
    this.#at = now;
  }

  /** A request larger than the bucket is accepted when the bucket is full, and leaves a debt. */
  take(amount: number, now: number): boolean {
    const { burst, rate } = this.#quota;
    this.#level = Math.min(burst, this.#level + ((now - this.#at) / 1000) * rate);
    this.#at = now;
    if (this.#level < Math.min(amount, burst)) return false;
    this.#level -= amount;
    return true;
  }
}

/** Throws AWS's throttling error for a call above the quotas. */
export type RequestLimit = (
  call: { prefix: string; operation: string },
  input: JsonObject,
  now?: number,
) => void;

/** Counts the calls of an account in one region. */
export function limitRequests(): RequestLimit {
  const buckets = new Map<string, Bucket>();
  const take = (name: string, quota: Quota, amount: number, now: number) => {
    const bucket = buckets.get(name) ?? new Bucket(quota, now);
    buckets.set(name, bucket);
    if (!bucket.take(amount, now)) throw throttled();
  };
  return ({ prefix, operation }, input, now = Date.now()) => {
    const name = prefix + operation;
    const quota = quotas[name];
    if (!quota) return;
    take(name, quota, 1, now);
    if (name !== `${cloudWatch}GetMetricData`) return;
    const requested = requestedPoints(input, now);
    const rate = points[requested.age];
    take(`${name} ${requested.age}`, { burst: rate, rate }, requested.count, now);
  };
}

const throttled = () =>
  new AwsError("ThrottlingException", "Rate exceeded", {}, 400, "", "Throttling");

/** Data points as AWS estimates them: by range and period, even if the metrics are sparse. */
function requestedPoints({ StartTime, EndTime, MetricDataQueries }: JsonObject, now: number) {
  const [start, end] = [secondsOf(StartTime), secondsOf(EndTime)];
  const queries = Array.isArray(MetricDataQueries) ? MetricDataQueries : [];
  const count = queries.reduce((sum: number, query: unknown) => {
    const stat = isJsonObject(query) && isJsonObject(query.MetricStat) ? query.MetricStat : {};
    return sum + (end - start) / Number(stat.Period ?? 60);
  }, 0);
  const age: keyof typeof points = now / 1000 - start <= 3 * 3600 ? "recent" : "older";
  return { age, count: Number.isFinite(count) ? count : 0 };
}

/** The query protocol has times as ISO 8601, the others as seconds. */
const secondsOf = (time: unknown) =>
  typeof time === "number" ? time : Date.parse(String(time)) / 1000;
