import { unknownOperation } from "../aws-error";
import type { AwsService } from "../aws-service";
import type { DynaliteStore } from "../dynamodb/dynalite-types";
import type { JsonObject } from "../json";
import { Mutex } from "../mutex";
import { Alarms } from "./alarms";
import { getMetricData } from "./metric-data";
import { getMetricStatistics } from "./metric-statistics";
import { MetricStore } from "./metric-store";
import { backfillMetricData, listMetrics, putMetricData } from "./metrics";
import { type Requests, readRequest, requests } from "./requests";

export interface CloudWatch extends AwsService {
  /** PutMetricData without its two-week limit, for sample data. Throws as PutMetricData does. */
  backfill(body: JsonObject): Promise<void>;
}

interface Context {
  metrics: MetricStore;
  alarms: Alarms;
}

const operations: {
  [Name in keyof Requests]: (context: Context, request: Requests[Name]) => Promise<JsonObject>;
} = {
  PutMetricData: ({ metrics }, request) => putMetricData(metrics, request),
  ListMetrics: async ({ metrics }, request) => listMetrics(metrics, request),
  GetMetricData: ({ metrics }, request) => getMetricData(metrics, request),
  GetMetricStatistics: ({ metrics }, request) => getMetricStatistics(metrics, request),
  PutMetricAlarm: ({ alarms }, request) => alarms.put(request),
  DescribeAlarms: ({ alarms }, request) => alarms.describe(request),
  DescribeAlarmsForMetric: ({ alarms }, request) => alarms.describeForMetric(request),
  SetAlarmState: ({ alarms }, request) => alarms.setState(request),
  DeleteAlarms: ({ alarms }, request) => alarms.delete(request),
};

/** Opens the local CloudWatch, which stores its data with the local DynamoDB. */
export async function openCloudWatch(store: DynaliteStore, region: string): Promise<CloudWatch> {
  const metrics = await MetricStore.load(store);
  const alarms = await Alarms.load(store, metrics, region);
  const context = { metrics, alarms };
  const run = <Operation extends keyof Requests>(name: Operation, body: JsonObject) =>
    operations[name](context, readRequest(name, body));
  const mutex = new Mutex();
  return {
    targetPrefix: "GraniteServiceVersion20100801.",
    contentType: "application/x-amz-json-1.0",
    query: {
      version: "2010-08-01",
      namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
      operations: Object.keys(requests),
    },
    handle: async (name, body) => {
      if (!Object.hasOwn(requests, name)) throw unknownOperation();
      // `requests` has the keys of Requests.
      return mutex.run(() => run(name as keyof Requests, body));
    },
    backfill: (body) =>
      mutex.run(() => backfillMetricData(metrics, readRequest("PutMetricData", body))),
    close: () => mutex.run(async () => undefined),
  };
}
